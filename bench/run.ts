import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatTable } from '../cli/format-table.ts';
import { MaasProcess } from '../test/system/maas-process.ts';
import { type BillingTiming, benchBilling } from './billing.ts';
import { benchColdStart } from './cold-start.ts';
import { benchGpu } from './gpu.ts';
import type { HandlerTiming } from './handler.ts';
import { benchHttp } from './http.ts';
import type { JournalTiming } from './journal.ts';
import { sizes } from './sizes.ts';
import { benchBatching } from './triton.ts';

// Of this process and of all that it starts: what is measured is not to be told to ONNX Runtime's maker.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

/** `npm run bench [-- handler|http|cold|start|sizes …] [--events <number>,…] [--tenants <number>] [--json]` */
const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean' },
    help: { type: 'boolean' },
    events: { type: 'string', default: '10000,100000,1000000' },
    tenants: { type: 'string', default: '10000' },
  },
  allowPositionals: true,
});
const names = ['handler', 'journal', 'gpu', 'batching', 'start', 'cold', 'http', 'sizes', 'billing'] as const;
const unknown = positionals.filter((name) => !(names as readonly string[]).includes(name));
if (values.help === true || unknown.length > 0) {
  if (unknown.length > 0) console.error(`no benchmark ${unknown.join(', ')}`);
  console.log(
    `npm run bench -- [${names.join('|')} …] [--json]
Without names: all of them but billing, which takes up to an hour.
npm run bench -- billing [--events 10000,100000,1000000] [--tenants 10000]: how many of them close and invoicing are measured with.`,
  );
  process.exit(unknown.length > 0 ? 1 : 0);
}
const wanted = (name: (typeof names)[number]): boolean =>
  positionals.length === 0 ? name !== 'billing' : positionals.includes(name);
const results: Record<string, unknown> = {};
const round = (value: number): number => Math.round(value * 1000) / 1000;
const show = (name: string, result: unknown, rows: readonly Record<string, string | number>[]): void => {
  results[name] = result;
  if (values.json !== true) console.log(`\n${name}\n${formatTable(rows)}`);
};

/** The result of a benchmark that is a script of its own. */
const inProcess = <Result>(script: string): Promise<Result> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL(script, import.meta.url)), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (message) => resolve(message as Result));
    child.on('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });

if (wanted('handler')) {
  const timings = await inProcess<HandlerTiming[]>('handler.ts');
  show(
    'predict handler over a bare session.run, medians',
    timings,
    timings.map(({ case: name, bareMs, handlerMs, overheadMs }) => ({
      case: name,
      'bare ms': round(bareMs),
      'handler ms': round(handlerMs),
      'overhead ms': round(overheadMs),
    })),
  );
}

if (wanted('journal')) {
  const timing = await inProcess<JournalTiming>('journal.ts');
  const { withoutMs, withMs, bareMs } = timing;
  show('the journal on the hot path: a JSON request of 16 values, medians', timing, [
    {
      'without ms': round(withoutMs),
      'with ms': round(withMs),
      'added ms': round(withMs - withoutMs),
      'bare put ms': round(bareMs),
      ratio: round((withMs - withoutMs) / bareMs),
    },
  ]);
}

if (wanted('gpu')) {
  const overhead = await benchGpu(1000);
  const { directMs, handlerMs } = overhead;
  show('predict-gpu over a direct InvokeEndpoint, 602,112 bytes, medians', overhead, [
    {
      'direct ms': round(directMs),
      'handler ms': round(handlerMs),
      'overhead ms': round(handlerMs - directMs),
    },
  ]);
}

if (wanted('batching')) {
  const batching = await benchBatching();
  const { withoutPerSecond, withPerSecond } = batching;
  show('model server with dynamic batching over the same without, a small GRU at 16 connections', batching, [
    {
      'without req/s': Math.round(withoutPerSecond),
      'with req/s': Math.round(withPerSecond),
      ratio: round(withPerSecond / withoutPerSecond),
    },
  ]);
}

if (wanted('start') || wanted('cold') || wanted('http') || wanted('sizes')) {
  const data = mkdtempSync(join(tmpdir(), 'maas-bench-'));
  const begun = performance.now();
  const maas = await MaasProcess.start(data);
  const startSeconds = (performance.now() - begun) / 1000;
  try {
    if (wanted('start'))
      show('npm start, fresh data folder', startSeconds, [{ 'seconds to ready': round(startSeconds) }]);
    if (wanted('cold')) {
      const cold = await benchColdStart(maas, 9);
      show('cold start of predict for fashion, median of 9', cold, [
        {
          'bare ms': round(cold.bareMs),
          'platform ms': round(cold.platformMs),
          ratio: round(cold.platformMs / cold.bareMs),
        },
      ]);
    }
    if (wanted('http')) {
      const compared = await benchHttp(maas, 5);
      show(
        'linear-2x over HTTP, JSON',
        compared,
        compared.map(({ connections, bare, platform }) => ({
          connections,
          'bare req/s': Math.round(bare.requestsPerSecond),
          'platform req/s': Math.round(platform.requestsPerSecond),
          ratio: round(platform.requestsPerSecond / bare.requestsPerSecond),
          'bare median ms': round(bare.medianMs),
          'platform median ms': round(platform.medianMs),
          'platform p99 ms': round(platform.p99Ms),
        })),
      );
    }
    if (wanted('sizes')) {
      const assets = sizes(join(data, 'cdk.out', 'assembly-dev'));
      show(
        'what is deployed',
        assets,
        assets.map(({ asset, unpackedBytes, zippedBytes }) => ({
          asset,
          'unpacked MB': round(unpackedBytes / 1e6),
          'zipped MB': round(zippedBytes / 1e6),
        })),
      );
    }
  } finally {
    await maas.end();
    rmSync(data, { recursive: true, force: true });
  }
}
if (wanted('billing')) {
  const tenants = Number(values.tenants);
  const sizes = values.events.split(',').map(Number);
  if (![tenants, ...sizes].every((count) => Number.isInteger(count) && count > 0)) {
    throw new Error('--events and --tenants are whole numbers above zero');
  }
  const timings: BillingTiming[] = [];
  for (const events of sizes) timings.push(await benchBilling(events, tenants));
  show(
    `close and invoicing of ${tenants} tenants`,
    timings,
    timings.map(({ events, seedMs, closeMs, invoiceMs, peakRssBytes }) => ({
      events,
      'filled in min': round(seedMs / 60_000),
      'close min': round(closeMs / 60_000),
      'invoices min': round(invoiceMs / 60_000),
      'events/s': Math.round((events / (closeMs + invoiceMs)) * 1000),
      'peak MB': Math.round(peakRssBytes / 1e6),
    })),
  );
}
if (values.json === true) console.log(JSON.stringify(results, null, 2));
