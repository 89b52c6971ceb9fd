import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../local/apigateway/store/open-database.ts';
import { UsageStore } from '../../../local/apigateway/store/usage-store.ts';

const source = `
  import { openDatabase } from './local/apigateway/store/open-database.ts';
  import { UsageStore } from './local/apigateway/store/usage-store.ts';
  const usage = new UsageStore(openDatabase(process.argv[1]));
  for (let count = 1; ; count += 1) {
    usage.count('plan', 'key', '2026-01-01');
    if (count % 100 === 0) console.log(count);
  }
`;

test('what was counted is there after kill -9', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'kill-'));
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source, dataDir], {
    stdio: 'pipe',
  });
  let counted = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    counted = Number(line);
    if (counted === 500) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  const database = openDatabase(dataDir);
  expect(counted).toBeGreaterThanOrEqual(500);
  expect(new UsageStore(database).sum('plan', 'key', '2026-01-01', '2026-01-01')).toBeGreaterThanOrEqual(counted);
  database.close();
  await rm(dataDir, { recursive: true });
});
