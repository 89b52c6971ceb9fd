import type { ApiRequest } from '../api/api-request.ts';
import type { ApiResponse } from '../api/api-response.ts';
import { TooLargeError, UnavailableError } from '../api/maas-error.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ModelVersion } from '../catalog/model-version.ts';
import type { Engine } from '../engine/engine.ts';
import type { Journal } from '../metering/journal.ts';
import type { UsageEvent } from '../metering/usage-event.ts';
import { compress } from '../protocol/compress.ts';
import { decompress } from '../protocol/decompress.ts';
import type { VocabularyCache } from '../task/text-classification/vocabulary-cache.ts';
import { appendUsage, recordMsMin } from './append-usage.ts';
import { countUnits } from './count-units.ts';
import { findModel } from './find-model.ts';
import type { Decode } from './inference-call.ts';
import { ServerTiming } from './server-timing.ts';
import { tooLate } from './too-late.ts';
import { usageEvent } from './usage-event.ts';

/** What the path needs from outside. */
export interface InferenceDependencies {
  readonly catalog: Catalog;
  readonly engine: Engine;
  readonly journal: Journal;
  readonly vocabularies: Pick<VocabularyCache, 'of'>;
  /** Where usage events say they come from: `maas/<region>/<stage>`. */
  readonly source: string;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly now: () => Date;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** Whether the platform can carry this answer. */
  readonly fits: (response: ApiResponse) => boolean;
}

/**
 * The one path of every inference, whatever its protocol: find the model, decode and check, run, record, answer. Nothing is recorded
 * unless the model succeeded and its answer can be carried, and no answer leaves unless its use is recorded.
 *
 * @throws {MaasError} each of them unbilled
 */
export async function infer(
  dependencies: InferenceDependencies,
  request: ApiRequest,
  decode: Decode,
): Promise<ApiResponse> {
  const timing = new ServerTiming();
  const { model = '', version } = request.params;
  const found = await findModel(dependencies.catalog, model, version);
  timing.end('catalog');

  const loaded = dependencies.engine.load(found);
  const { call, content } = await during(loaded, async () => {
    const vocabulary = await dependencies.vocabularies.of(found);
    const body = decompress(request.body, request.headers['content-encoding']);
    const call = await decode({ ...request, body }, found);
    return { call, content: countUnits(found, call.inputs, vocabulary) };
  });
  timing.end('decode');

  await loaded;
  if (request.remainingMs() < recordMsMin) throw tooLate();
  const { outputs, computeMs, answeredBy, hardware } = await dependencies.engine.run(found, call.inputs, call.outputs, {
    requestId: request.requestId,
    // What it takes to record the use is not the model's to spend.
    remainingMs: () => request.remainingMs() - recordMsMin,
  });
  if (version !== undefined && answeredBy.version !== version) throw notServed(found);
  timing.end('load', computeMs);
  timing.add('model', computeMs);

  // Rendered before it is recorded, since the record says how long it is, and what cannot be carried must not be billed.
  const answer: ApiResponse = { status: 200, ...call.encode(outputs, answeredBy) };
  const acceptEncoding = request.headers['accept-encoding'];
  let response = answer;
  if (!dependencies.fits(answer)) {
    response = compress(answer, acceptEncoding);
    if (!dependencies.fits(response)) throw tooLarge(answer);
  }
  timing.end('encode');

  const event: UsageEvent = usageEvent(dependencies, request, answeredBy, hardware, {
    requests: 1,
    ...content,
    audioMs: 0,
    computeMs: Math.round(computeMs),
    bytesIn: request.body.length,
    bytesOut: Buffer.byteLength(answer.body),
  });
  const recorded = appendUsage(dependencies, event, request.remainingMs);
  // The journal answers over the network; compressing meanwhile costs nothing.
  if (response === answer) {
    const compressed = compress(answer, acceptEncoding);
    // Bytes travel as base64, so what hardly compresses may end up longer than it was.
    if (dependencies.fits(compressed)) response = compressed;
  }
  await recorded;
  timing.end('journal');

  return {
    ...response,
    headers: { ...response.headers, 'x-usage-event-id': event.id, 'server-timing': timing.toString() },
  };
}

/**
 * Does `work` while something else is under way. When the work fails, its error is thrown only after the other has ended, whichever way:
 * Lambda freezes the process with the answer, and the next call would find a load with a dead connection.
 */
async function during<T>(other: Promise<void>, work: () => Promise<T>): Promise<T> {
  const ended = other.catch(() => undefined);
  try {
    return await work();
  } catch (error) {
    await ended;
    throw error;
  }
}

const notServed = ({ model, version }: ModelVersion): UnavailableError =>
  new UnavailableError(
    `the endpoint of model '${model}' does not serve version ${version} now; leave the version out, or try again when it is deployed`,
    { retryAfterSeconds: 60 },
  );

const tooLarge = ({ body }: ApiResponse): TooLargeError =>
  new TooLargeError(
    `the answer has ${Buffer.byteLength(body)} bytes, more than the platform can return; not billed. Send fewer rows a call, name only the outputs that you need, or ask for binary data`,
  );
