import { z } from 'zod';
import { Problem } from '../http/problem.js';

/** The body of an operation that takes an HTML form: it comes as bytes, because only JSON is parsed for everybody. */
export const FormBody = z.unknown().describe('application/x-www-form-urlencoded');

/** The fields of a form that fit a shape. @throws Problem 400 */
export function readForm<S extends z.ZodObject>(body: unknown, shape: S): z.infer<S> {
  const fields = Buffer.isBuffer(body) ? Object.fromEntries(new URLSearchParams(body.toString('utf8'))) : {};
  const read = shape.safeParse(fields);
  if (read.success) return read.data;
  const [first] = read.error.issues;
  throw new Problem(
    400,
    'bad-request',
    `The form does not fit: ${first!.path.join('.')}: ${first!.message}. Open /sign-in and fill it in there.`,
  );
}
