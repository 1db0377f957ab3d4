/** What an operation is called, in OpenAPI and in the audit log: `users.create`. */
export function operationId(controller: string, handler: string): string {
  return `${controller.replace(/Controller$/, '').toLowerCase()}.${handler}`;
}
