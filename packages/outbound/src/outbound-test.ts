import { inspect } from 'node:util';
import { type Answer, type OperatorEndpoint, startOperatorEndpoint } from '@connector/simulator';
import { onTestFinished } from 'vitest';

/** The operator's endpoint, which answers like this whatever it is sent. Ends with the test. */
export async function startOperator(answer: Answer = { status: 200 }): Promise<OperatorEndpoint> {
  const operator = await startOperatorEndpoint();
  onTestFinished(() => operator.close());
  if (answer.status !== 200) operator.faults.add({ kind: 'answer', ...answer, times: Number.POSITIVE_INFINITY });
  return operator;
}

/** The error that the call throws. */
export async function failure(call: Promise<unknown>): Promise<Error> {
  const error: unknown = await call.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (error instanceof Error) return error;
  throw new Error(`expected an error, got ${inspect(error)}`);
}
