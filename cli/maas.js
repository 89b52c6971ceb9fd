#!/usr/bin/env node
// Plain JavaScript, since any Node must be able to read it: the rest of the command line is TypeScript that Node 24 runs as it is.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const main = new URL('./main.ts', import.meta.url);

// What was compiled is kept for the next time, here and in the processes that this one starts: half of a short command's time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../.build/compile-cache', import.meta.url));
module.enableCompileCache?.();

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(main.href);
} else {
  // An older Node on the PATH: hand over to the Node 24 that `npm ci` brought.
  const newer = fileURLToPath(new URL(`../node_modules/node-linux-${process.arch}/bin/node`, import.meta.url));
  if (!existsSync(newer)) {
    console.error(`maas: needs Node 24 or newer, this is ${process.version}; run "npm ci" first, or install Node 24`);
    process.exit(1);
  }
  const child = spawn(newer, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}
