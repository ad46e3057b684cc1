import type { Logger } from './create-logger.ts';

export type Shutdown = {
  /** What was opened last is closed first. */
  onClose(name: string, close: () => unknown): void;
  /** Closes everything and gives back whether all of it went well. */
  close(): Promise<boolean>;
};

const deadlineMs = 30_000;

/**
 * Collects what is to be closed, and closes it when the process is asked to stop (SIGTERM, SIGINT). A second signal, or
 * 30 seconds, end it at once. What nobody caught is logged and ends the process with 1.
 */
export function createShutdown(log: Logger): Shutdown {
  const closers: { name: string; close: () => unknown }[] = [];
  let closing: Promise<boolean> | undefined;

  async function closeAll(): Promise<boolean> {
    let clean = true;
    for (let next = closers.pop(); next; next = closers.pop()) {
      try {
        await next.close();
      } catch (error) {
        clean = false;
        log.error({ part: next.name, err: error }, 'part did not close');
      }
    }
    return clean;
  }
  const close = () => {
    closing ??= closeAll();
    return closing;
  };

  const stop = (signal: string) => {
    if (closing) process.exit(1);
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), deadlineMs).unref();
    close().then(
      (clean) => process.exit(clean ? 0 : 1),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const crash = (error: unknown) => {
    log.fatal({ err: error }, 'unexpected error');
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  return {
    onClose: (name, closer) => {
      closers.push({ name, close: closer });
    },
    close,
  };
}
