import type { AddressInfo } from 'node:net';
import type { Container } from './http/container.ts';
import { MultiModel } from './http/multi-model.ts';
import { serveContainer } from './http/serve-container.ts';
import { singleModel } from './http/single-model.ts';
import type { Log } from './log.ts';
import { Model } from './model.ts';
import { readModel } from './repository/read-model.ts';
import { singleModelFolder } from './repository/single-model-folder.ts';
import type { Settings } from './settings.ts';
import { TritonError } from './triton-error.ts';
import { Decoder } from './wire/decoder.ts';

const lastWordsMs = 5_000;

/** A container that serves. */
export interface RunningServer {
  readonly port: number;
  /** Takes no more requests; resolves when those accepted are answered and all threads have ended. */
  stop(): Promise<void>;
}

/**
 * Loads what the settings say, then listens on the loopback interface.
 *
 * @param onFailure told when a thread of a model ends by itself, after which nothing can be relied on
 * @throws {TritonError} when the model of a container for one cannot be loaded
 */
export async function startServer(
  settings: Settings,
  log: Log,
  onFailure: (error: unknown) => void,
): Promise<RunningServer> {
  const decoder = new Decoder(onFailure);
  const container: Container = settings.multiModel
    ? new MultiModel(settings.artifactBytesMax, decoder, log, onFailure)
    : singleModel(await loadOnly(settings, log, onFailure), decoder);
  let stopping = false;
  const server = serveContainer(container, () => !stopping, log);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  log.info(`Started Sagemaker HTTPService at 127.0.0.1:${port}`);
  return {
    port,
    stop: async () => {
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await container.stop();
      await decoder.close();
      server.closeIdleConnections();
      // What is left reads its answer, or is a client that has not sent all of its request and may never do so.
      const cut = setTimeout(() => server.closeAllConnections(), lastWordsMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

async function loadOnly(settings: Settings, log: Log, onFailure: (error: unknown) => void): Promise<Model> {
  const folder = await singleModelFolder(settings.modelDirectory, settings.defaultModelName);
  const files = await readModel(folder);
  return Model.load(files, log, onFailure).catch((error: unknown) => {
    if (!(error instanceof TritonError)) throw error;
    throw new TritonError(error.code, `failed to load '${files.name}' version ${files.version}: ${error}`, {
      cause: error,
    });
  });
}
