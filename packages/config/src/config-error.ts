import { ConnectorError } from '@connector/kernel';

/** One variable that cannot be used as it is; `problem` says what is expected and never shows a secret's value. */
export type ConfigProblem = { readonly variable: string; readonly problem: string };

/** Everything that is wrong with the environment, in one message. */
export class ConfigError extends ConnectorError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, problem }) => `  ${variable}: ${problem}`);
    const intro = `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:`;
    super([intro, ...lines, 'See .env.example and docs/configuration.md.'].join('\n'), {
      code: 'config_invalid',
      retryable: false,
    });
    this.problems = problems;
  }
}
