import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MaasProcess } from '../test/system/maas-process.ts';
import { type LoadResult, load } from './load.ts';

/** Both servers under the same load. */
export interface HttpComparison {
  readonly connections: number;
  readonly bare: LoadResult;
  readonly platform: LoadResult;
}

/** The same JSON request for `linear-2x` to the platform (gateway, authorizer, Lambda, journal on disk) and to a bare server. */
export async function benchHttp(maas: MaasProcess, seconds: number): Promise<HttpComparison[]> {
  const { inputs } = JSON.parse(readFileSync('models/linear-2x/model.json', 'utf8')) as { inputs: [{ name: string }] };
  const input = inputs[0].name;
  const body = Buffer.from(JSON.stringify({ inputs: [{ name: input, datatype: 'FP32', shape: [1, 1], data: [21] }] }));
  const { apiKey } = await maas.json<{ apiKey: string }>(
    'tenants',
    'create',
    `bench-${Date.now()}`,
    '--plan',
    'enterprise',
  );
  const bare = await startBare(input);
  try {
    const results: HttpComparison[] = [];
    for (const connections of [1, 16]) {
      const headers = { 'x-api-key': apiKey };
      const platform = { url: `${maas.demo.url}/v2/models/linear-2x/infer`, headers, body, connections };
      const plain = { url: `http://127.0.0.1:${bare.port}/`, headers: {}, body, connections };
      // Warm: as many instances as connections started, two at a time, and their code compiled.
      for (const target of [platform, plain]) await load({ ...target, seconds: 8 });
      results.push({
        connections,
        bare: await load({ ...plain, seconds }),
        platform: await load({ ...platform, seconds }),
      });
    }
    return results;
  } finally {
    bare.child.kill();
  }
}

function startBare(input: string): Promise<{ child: ChildProcess; port: number }> {
  const script = fileURLToPath(new URL('./bare-server.ts', import.meta.url));
  const child = spawn(process.execPath, [script, 'models/linear-2x/model.onnx', input], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the bare server ended with ${code}`)));
    child.stdout?.once('data', (chunk: Buffer) => resolve({ child, port: Number(chunk.toString()) }));
  });
}
