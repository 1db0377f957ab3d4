/* What the API answers, as far as `chasqui` looks at it; its OpenAPI document has the whole. Times are ISO 8601. */

export interface User {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly fullName?: string;
  readonly active: boolean;
  readonly kind?: 'person' | 'service';
  readonly subjects?: readonly { readonly issuer: string; readonly subject: string }[];
  readonly groups: readonly string[];
  readonly identities: readonly {
    readonly adapter: string;
    readonly workspace?: string;
    readonly id: string;
  }[];
  readonly createdAt: string;
}

/** A permission that counts for one thing only. */
export interface LimitedPermission {
  readonly permission: string;
  readonly of: 'bundle' | 'relay' | 'application';
  readonly what: string;
}
