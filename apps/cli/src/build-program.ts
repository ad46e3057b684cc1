import { loadConfig } from '@connector/config';
import { Command, InvalidArgumentError } from 'commander';
import { afterRestore } from './after-restore-command.ts';
import { doctor } from './doctor-command.ts';
import { migrate } from './migrate-command.ts';
import { type ReconciliationOptions, reconciliation } from './reconciliation-command.ts';
import { retry } from './retry-command.ts';
import { type RunOptions, run } from './run-command.ts';
import { status } from './status-command.ts';
import type { Terminal } from './terminal.ts';
import { crontabNames } from './workflow-names.ts';

export type ProgramDeps = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly version: string;
  /** Ends the process. */
  readonly exit: (code: number) => never;
};

const exitCodes = `
Exit codes: 0 done, 1 failed or not ready, 2 not a command of this version, 3 not settled in time or nobody to do it.`;

/** The command line `connector …`. Every command ends the process itself, also if something that was given up on still waits. */
export function buildProgram({ env, terminal, version, exit }: ProgramDeps): Command {
  const config = () => loadConfig('cli', env);
  const program = new Command('connector')
    .version(version)
    .description('Stripe–Mirakl connector')
    .addHelpText('after', exitCodes)
    .showHelpAfterError()
    .exitOverride(({ exitCode }) => exit(exitCode === 0 ? 0 : 2));

  const addRunOptions = (command: Command) =>
    command
      .option('--shop <id>', 'only for this shop', wholeNumber)
      .option('--all', 'take also what is not due yet')
      .option('--wait', 'wait until everything that it causes is settled; exit code 1 if something failed')
      .option('--timeout <seconds>', 'how long to wait at most', wholeNumber, 600);
  addRunOptions(program.command('run <workflow>').description('start a workflow now, through the queue')).action(
    async (workflow: string, options: RunOptions) => exit(await run(config, terminal, workflow, options)),
  );
  for (const [old, workflow] of Object.entries(crontabNames)) {
    addRunOptions(program.command(old, { hidden: true }).argument('[shop]', 'as --shop', wholeNumber)).action(
      async (shop: number | undefined, options: RunOptions) =>
        exit(await run(config, terminal, workflow, shop === undefined ? options : { ...options, shop })),
    );
  }
  program
    .command('migrate')
    .description('bring the database to this version')
    .option('--dry-run', 'only say what would be done')
    .action(async (options: { dryRun?: boolean }) => exit(await migrate(config(), terminal, options)));
  program
    .command('status')
    .description('queues, sweeps, checkpoints, rows by state')
    .option('--json', 'for programs')
    .action(async (options: { json?: boolean }) => exit(await status(config(), terminal, options)));
  program
    .command('reconciliation')
    .description('differences between the ledger, Stripe and Mirakl, as the last comparison has found them')
    .option('--csv', 'all of them as CSV')
    .option('--json', 'for programs')
    .option('--accept <id>', 'note that this difference was dealt with', wholeNumber)
    .option('--note <text>', 'how it was dealt with')
    .action(async (options: ReconciliationOptions) => exit(await reconciliation(config(), terminal, options)));
  program
    .command('retry')
    .description('try one operation again now: retry transfer 42')
    .argument('<kind>', 'transfer, payout or refund')
    .argument('<id>', 'its number in the ledger', wholeNumber)
    .action(async (kind: string, id: number) => exit(await retry(config, terminal, kind, id)));
  program
    .command('after-restore')
    .description(
      'have looked for on Stripe what a restored ledger does not know; before the processes are started again',
    )
    .action(async () => exit(await afterRestore(config(), terminal)));
  program
    .command('doctor')
    .description('check every credential and connection; exit code 1 if not ready')
    .option('--json', 'for programs')
    .action(async (options: { json?: boolean }) => exit(await doctor(env, terminal, options)));
  return program;
}

/** Ids in the ledger are PostgreSQL's integers. */
const largestNumber = 2 ** 31 - 1;

function wholeNumber(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= largestNumber) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
