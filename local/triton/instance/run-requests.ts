import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { InstanceRequest, InstanceResult } from './messages.ts';
import { type OutputSpec, renderOutput } from './render-output.ts';
import { toOnnx } from './to-onnx.ts';

/**
 * Runs the model once for all the requests, which have the same shapes but for their rows, and gives each its part. Should that fail,
 * it runs once for each, so that only those fail that are at fault.
 */
export async function runRequests(
  session: Pick<InferenceSession, 'run'>,
  specs: ReadonlyMap<string, OutputSpec>,
  requests: readonly InstanceRequest[],
): Promise<InstanceResult[]> {
  try {
    return await runTogether(session, specs, requests);
  } catch (error) {
    if (requests.length === 1) return [{ error: describe(error) }];
    const results: InstanceResult[] = [];
    for (const request of requests) results.push(...(await runRequests(session, specs, [request])));
    return results;
  }
}

async function runTogether(
  session: Pick<InferenceSession, 'run'>,
  specs: ReadonlyMap<string, OutputSpec>,
  requests: readonly InstanceRequest[],
): Promise<InstanceResult[]> {
  const [first] = requests;
  if (first === undefined) return [];
  const feeds = Object.fromEntries(
    first.inputs.map(({ name }, index) => [
      name,
      toOnnx(requests.flatMap(({ inputs }) => inputs.slice(index, index + 1))),
    ]),
  );
  const rows = requests.reduce((sum, request) => sum + request.rows, 0);
  const results = await session.run(feeds, [
    ...new Set(requests.flatMap(({ outputs }) => outputs.map(({ name }) => name))),
  ]);
  for (const [name, tensor] of Object.entries(results)) {
    if (specs.get(name)?.batched === true && tensor.dims[0] !== rows) {
      throw new Error(`output '${name}' has the shape [${tensor.dims.join(',')}] for a batch of ${rows} rows`);
    }
  }
  let from = 0;
  return requests.map((request) => {
    const part = requests.length === 1 ? undefined : { from, count: request.rows };
    from += request.rows;
    return {
      outputs: request.outputs.map((wanted) =>
        renderOutput(specs.get(wanted.name) as OutputSpec, wanted, results[wanted.name] as Tensor, part),
      ),
    };
  });
}

/** Triton puts the runtime's error code before its message, which the Node binding does not tell. */
const describe = (error: unknown): string =>
  `onnx runtime error: ${(error instanceof Error ? error.message : String(error)).trim().slice(0, 2000)}`;
