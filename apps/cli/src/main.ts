import { existsSync } from 'node:fs';
import { startOrExit } from '@connector/observability';
import about from '../package.json' with { type: 'json' };
import { buildProgram } from './build-program.ts';
import { openTerminal } from './terminal.ts';

await startOrExit(async () => {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const program = buildProgram({
    env: process.env,
    terminal: openTerminal(process.stdout, process.stderr),
    version: about.version,
    exit: (code) => process.exit(code),
  });
  await program.parseAsync();
});
