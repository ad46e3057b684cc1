import { loadConfig } from '@connector/config';
import { Command, InvalidArgumentError } from 'commander';
import { doctor } from './doctor-command.ts';
import { migrate } from './migrate-command.ts';
import { retry } from './retry-command.ts';
import { type RunOptions, run } from './run-command.ts';
import { status } from './status-command.ts';
import type { Terminal } from './terminal.ts';
import { crontabNames } from './workflow-names.ts';

export type ProgramDeps = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly version: string;
  /** Told the exit code when a command ends with one. */
  readonly onExitCode: (code: number) => void;
};

/** The command line `connector …`. */
export function buildProgram({ env, terminal, version, onExitCode }: ProgramDeps): Command {
  const config = () => loadConfig('cli', env);
  const program = new Command('connector').version(version).description('Stripe–Mirakl connector').showHelpAfterError();

  const addRun = (command: Command) =>
    command
      .option('--shop <id>', 'only for this shop', wholeNumber)
      .option('--all', 'take also what is not due yet')
      .option(
        '--wait',
        'wait until everything that it causes is settled; exit code 1 if something failed, 3 if it takes too long',
      )
      .option('--timeout <seconds>', 'how long to wait at most', wholeNumber, 600);
  addRun(program.command('run <workflow>').description('start a workflow now, through the queue')).action(
    async (workflow: string, options: RunOptions) => onExitCode(await run(config(), terminal, workflow, options)),
  );
  for (const [old, workflow] of Object.entries(crontabNames)) {
    addRun(program.command(`${old} [shop]`, { hidden: true })).action(
      async (shop: string | undefined, options: RunOptions) => {
        const only = shop === undefined ? {} : { shop: wholeNumber(shop) };
        onExitCode(await run(config(), terminal, workflow, { ...options, ...only }));
      },
    );
  }
  program
    .command('migrate')
    .description('bring the database to this version')
    .option('--dry-run', 'only say what would be done')
    .action((options: { dryRun?: boolean }) => migrate(config(), terminal, options));
  program
    .command('status')
    .description('queues, sweeps, checkpoints, rows by state')
    .option('--json', 'for programs')
    .action((options: { json?: boolean }) => status(config(), terminal, options));
  program
    .command('retry <kind> <id>')
    .description('weigh one operation again now: retry transfer 42')
    .action((kind: string, id: string) => retry(config(), terminal, kind, wholeNumber(id)));
  program
    .command('doctor')
    .description('check every credential and connection; exit code 1 if not ready')
    .option('--json', 'for programs')
    .action(async (options: { json?: boolean }) => onExitCode(await doctor(env, terminal, options)));
  return program;
}

function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a whole number');
}
