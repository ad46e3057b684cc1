export { createLogger, type Logger, type LoggerOptions } from './create-logger.ts';
export { createMetrics, type Metrics } from './create-metrics.ts';
export { createShutdown, type Shutdown } from './create-shutdown.ts';
export { describeError } from './describe-error.ts';
export { answerHealth, type HealthOptions, type HealthServer, startHealthServer } from './health.ts';
export { measureReadiness } from './measure-readiness.ts';
export { redactText } from './redact.ts';
export { startOrExit } from './start-or-exit.ts';
