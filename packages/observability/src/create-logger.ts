import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino';
import pretty from 'pino-pretty';
import { describeError } from './describe-error.ts';
import { redactText, secretKeys } from './redact.ts';

/** Writes one fact a line: ids in the object, a constant message in lower case. */
export type Logger = PinoLogger;

export type LoggerOptions = {
  /** The app's name, for example `worker`. */
  readonly app: string;
  readonly level: string;
  readonly format: 'json' | 'pretty';
  /** Where the lines go: standard output unless given. */
  readonly destination?: DestinationStream;
};

/** A logger that hides secrets and personal data, by the names of fields and by what secrets look like in texts. */
export function createLogger({ app, level, format, destination }: LoggerOptions): Logger {
  const stream =
    destination ?? (format === 'pretty' ? pretty({ colorize: process.stdout.isTTY }) : pino.destination(1));
  return pino(
    {
      level,
      base: { app, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: '[hidden]' },
      serializers: { err: describeError },
      hooks: { streamWrite: redactText },
    },
    stream,
  );
}
