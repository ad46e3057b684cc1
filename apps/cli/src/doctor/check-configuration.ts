import { type Config, ConfigError, type ConfigProblem, loadConfig } from '@connector/config';
import type { Finding } from './finding.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What is to be said of the variables, and the configuration if it can be used. */
export type CheckedConfiguration = { readonly config: Config | undefined; readonly findings: readonly Finding[] };

/** Reads every variable and names all that cannot be used. What only the api needs is a note. */
export function checkConfiguration(variables: Variables): CheckedConfiguration {
  const problems = problemsOf('cli', variables);
  if (problems.length > 0) {
    return { config: undefined, findings: problems.map((each) => findingOf(each, 'problem')) };
  }
  const config = loadConfig('cli', variables);
  const subject = 'Configuration';
  return {
    config,
    findings: [
      { level: 'good', subject, text: 'every variable can be read' },
      ...config.warnings.map((text): Finding => ({ level: 'warning', subject, text })),
      ...problemsOf('api', variables).map((each) => findingOf(each, 'note', ' (only the api needs it)')),
    ],
  };
}

function problemsOf(app: 'cli' | 'api', variables: Variables): readonly ConfigProblem[] {
  try {
    loadConfig(app, variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function findingOf({ variable, problem }: ConfigProblem, level: Finding['level'], addition = ''): Finding {
  const hint = 'Set it in .env; docs/configuration.md explains it.';
  return { level, subject: variable, text: `${problem}${addition}`, hint };
}
