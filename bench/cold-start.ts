import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MaasProcess } from '../test/system/maas-process.ts';
import { median } from './median.ts';

const bare = fileURLToPath(new URL('./bare-cold-start.ts', import.meta.url));

/** Medians over the rounds, in milliseconds from the start of a process to its first answer. */
export interface ColdStart {
  readonly bareMs: number;
  readonly platformMs: number;
}

/**
 * The first answer of a fresh `predict` instance for `fashion`, as the local Lambda reports it (initialisation, then the first invocation
 * with its reads of catalogue, artifact and journal), beside a bare script that loads ONNX Runtime and the same model.
 */
export async function benchColdStart(maas: MaasProcess, rounds: number): Promise<ColdStart> {
  const bareMs: number[] = [];
  const platformMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const printed = execFileSync(process.execPath, [
      bare,
      'models/fashion/model.onnx',
      inputName(),
      '1',
      '1',
      '28',
      '28',
    ]);
    bareMs.push(Number(printed));
    killInstances(maas.data);
    // Until the host has noticed; a request that meets a dying instance would be a 502, as on Lambda.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = coldReports(maas.data).length;
    const response = await fetch(`${maas.demo.url}/models/fashion`, {
      method: 'POST',
      headers: { authorization: `Bearer ${maas.demo.apiKey}` },
      body: readFileSync('models/fashion/sample/ankle-boot.png'),
    });
    if (response.status !== 200) throw new Error(`cold request answered ${response.status}`);
    await response.arrayBuffer();
    platformMs.push(...(await newReports(maas.data, before)));
  }
  return { bareMs: median(bareMs), platformMs: median(platformMs) };
}

function inputName(): string {
  const { inputs } = JSON.parse(readFileSync('models/fashion/model.json', 'utf8')) as { inputs: [{ name: string }] };
  return inputs[0].name;
}

/** Ends the instances of `predict`, as Lambda does with idle ones. Only those of this data folder: others may be at work beside it. */
function killInstances(data: string): void {
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const environment = environmentOf(pid);
    const ours = environment.some((line) => line.startsWith(`LAMBDA_RUNTIME_DIR=${data}/`));
    if (ours && environment.includes('POWERTOOLS_SERVICE_NAME=predict')) process.kill(pid, 'SIGKILL');
  }
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    // Ended meanwhile, or somebody else's.
    return [];
  }
}

/** Each cold start that the log of `predict` reports, in milliseconds. */
function coldReports(data: string): number[] {
  const logs = join(data, 'logs');
  const lines = readdirSync(logs)
    .filter((name) => name.includes('predict'))
    .flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'));
  return lines.flatMap((line) => {
    const match = /^REPORT .*\tDuration: ([\d.]+) ms.*\tInit Duration: ([\d.]+) ms/.exec(line);
    return match === null ? [] : [Number(match[1]) + Number(match[2])];
  });
}

async function newReports(data: string, seen: number): Promise<number[]> {
  for (let tries = 0; tries < 50; tries++) {
    const reports = coldReports(data).slice(seen);
    if (reports.length > 0) return reports;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the log of predict reports no cold start');
}
