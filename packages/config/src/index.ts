export { ConfigError, type ConfigProblem } from './config-error.ts';
export { type AppName, type Config, loadConfig, type MailConfig, type NotificationConfig } from './load-config.ts';
