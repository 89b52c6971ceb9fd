import { readFileSync } from 'node:fs';
import { env, InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import type { InstanceSettings } from './messages.ts';

/**
 * Loads the model, on the GPU when the configuration wants one and the runtime can have it, else on the CPU.
 *
 * By buffer, never by path: there is no folder then from which external data could be read.
 */
export async function openSession({
  config,
  artifact,
  threads,
}: InstanceSettings): Promise<{ readonly session: InferenceSession; readonly provider: 'CUDA' | 'CPU' }> {
  env.logLevel = 'fatal';
  const bytes = readFileSync(artifact);
  const options: InferenceSession.SessionOptions = {
    graphOptimizationLevel: config.graphOptimization,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Fatal errors only: the runtime's messages name nodes and values.
    logSeverityLevel: 4,
    // Threads that wait for work in a loop take the cores from the other instances.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  if (config.gpu && listSupportedBackends().some(({ name }) => name === 'cuda')) {
    // The runtime lists CUDA whether or not its libraries and a GPU are there.
    const session = await InferenceSession.create(bytes, { ...options, executionProviders: ['cuda', 'cpu'] }).catch(
      () => undefined,
    );
    if (session !== undefined) return { session, provider: 'CUDA' };
  }
  return {
    session: await InferenceSession.create(bytes, { ...options, executionProviders: ['cpu'] }),
    provider: 'CPU',
  };
}
