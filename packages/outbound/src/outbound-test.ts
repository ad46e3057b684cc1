import { inspect } from 'node:util';

/** The error that the call throws. */
export async function failure(call: Promise<unknown>): Promise<Error> {
  const error: unknown = await call.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (error instanceof Error) return error;
  throw new Error(`expected an error, got ${inspect(error)}`);
}
