#!/usr/bin/env node
// The one file here that an older Node can read: it runs the command line, or says what that needs.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > 24 || (major === 24 && minor >= 11)) {
  await import('../src/main.ts');
} else {
  process.stderr.write(
    `This is Node ${process.versions.node}; the connector needs 24.11 or newer. In the checkout, this fetches one and uses it:\n` +
      '  node scripts/bootstrap.mjs apps/cli/src/main.ts <command>\n',
  );
  process.exitCode = 2;
}
