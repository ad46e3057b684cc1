// Asks the npm registry for known weaknesses of the packages that run in production, also of those that they bring along; exit
// code 1 if there are any from moderate on. A registry that does not answer is no weakness. Arguments go to pnpm.
import { spawnSync } from 'node:child_process';

const flags = ['--prod', '--audit-level', 'moderate', '--ignore-registry-errors'];
const { status, error } = spawnSync('pnpm', ['audit', ...flags, ...process.argv.slice(2)], { stdio: 'inherit' });
if (error) throw error;
process.exitCode = status ?? 1;
