import type { ApiRequest, TenantCaller } from '../api/api-request.ts';
import type { ApiResponse } from '../api/api-response.ts';
import { TooLargeError, UnavailableError } from '../api/maas-error.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ModelVersion } from '../catalog/model-version.ts';
import type { Engine } from '../engine/engine.ts';
import type { Admission } from '../limits/admission.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { Limits } from '../limits/limits.ts';
import { noUnits } from '../metering/add-units.ts';
import type { IdempotentAttempt } from '../metering/idempotency/idempotent-attempt.ts';
import type { IdempotentRequests } from '../metering/idempotency/idempotent-requests.ts';
import type { Journal } from '../metering/journal.ts';
import { shardsOf } from '../metering/journal-partitions.ts';
import type { JournalReader } from '../metering/journal-reader.ts';
import type { RollupRow } from '../metering/rollup.ts';
import type { Spillway } from '../metering/spillway/spillway.ts';
import type { UsageEvent } from '../metering/usage-event.ts';
import { compress } from '../protocol/compress.ts';
import { decompress } from '../protocol/decompress.ts';
import type { VocabularyCache } from '../task/text-classification/vocabulary-cache.ts';
import { appendUsage, recordMsMin } from './append-usage.ts';
import { countUnits } from './count-units.ts';
import { findModel } from './find-model.ts';
import type { Decode, InferenceCall } from './inference-call.ts';
import { ServerTiming } from './server-timing.ts';
import { tooLate } from './too-late.ts';
import { usageEvent } from './usage-event.ts';

/** What the path needs from outside. */
export interface InferenceDependencies {
  readonly catalog: Catalog;
  readonly engine: Engine;
  readonly limiter: Pick<Limiter, 'limitsOf' | 'admit'>;
  readonly journal: Journal;
  /** Asked only what became of a repeat whose event the journal had already. */
  readonly journalled: Pick<JournalReader, 'find'>;
  readonly spillway: Spillway;
  readonly idempotency: Pick<IdempotentRequests, 'begin'>;
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
 * The one path of every inference, whatever its protocol: find the model, decode and check, let in, run, record, answer. Nothing is recorded
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
  const { caller, params } = request;
  const { model = '', version: wanted } = params;
  if (caller.kind !== 'tenant') throw new Error(`${request.route.id} was called by one that is no tenant`);
  const found = await findModel(dependencies.catalog, model, wanted);
  timing.end('catalog');

  const loaded = dependencies.engine.load(found);
  // On the connection that the catalogue was read on: beside that, a new process would open another one.
  const limited = dependencies.limiter.limitsOf(caller);
  const prepared = await during(Promise.allSettled([loaded, limited]), async () => {
    const vocabulary = await dependencies.vocabularies.of(found);
    const body = decompress(request.body, request.headers['content-encoding']);
    const call = await decode({ ...request, body }, found);
    const content = countUnits(found, call.inputs, vocabulary);
    const limits = await limited;
    // Last, so that a request that is refused leaves its key free.
    return { found, call, content, limits, caller, attempt: await dependencies.idempotency.begin(request) };
  });
  timing.end('decode');

  const { attempt } = prepared;
  if (attempt?.answer !== undefined) {
    // Lambda freezes the process with the answer, so that the load must have ended.
    await loaded.catch(() => undefined);
    const response = carried(dependencies, attempt.answer, request);
    await attempt.answerRepeat();
    return withHeaders(response, attempt.eventId, timing, true);
  }
  try {
    const use = wantedUse(dependencies, request, prepared);
    // The one waits for the network, the other for the model. Neither may be under way when the call ends.
    const repeated = attempt?.repeats === true ? attempt.eventId : undefined;
    const [admitted, ready] = await Promise.allSettled([
      dependencies.limiter.admit(caller, prepared.limits, use, request.remainingMs(), repeated),
      loaded,
    ]);
    if (admitted.status === 'rejected') throw admitted.reason;
    const admission = admitted.value;
    let done: Done;
    try {
      if (ready.status === 'rejected') throw ready.reason;
      done = await run(dependencies, request, prepared, admission, timing);
    } catch (error) {
      await admission.release();
      throw error;
    }
    // Recorded by now, so that it stays counted, whatever becomes of the answer.
    await attempt?.succeed(done.answer);
    return withHeaders(done.response, done.id, timing, done.replayed);
  } catch (error) {
    await attempt?.fail();
    throw error;
  }
}

/** A request that has been read, and whose key, when it came with one, is its own. */
interface Prepared {
  readonly found: ModelVersion;
  readonly call: InferenceCall;
  readonly content: ReturnType<typeof countUnits>;
  readonly limits: Limits;
  readonly caller: TenantCaller;
  readonly attempt: IdempotentAttempt | undefined;
}

/** What the request will have used, as far as that is known now. */
const wantedUse = (
  { engine }: InferenceDependencies,
  { body }: ApiRequest,
  { found, content, caller }: Prepared,
): RollupRow => ({
  model: found.model,
  modelVersion: found.version,
  keyId: caller.keyId,
  plan: caller.plan,
  hardware: engine.hardwareOf(found),
  ...(caller.priceBook === undefined ? {} : { priceBook: caller.priceBook }),
  units: { ...noUnits, requests: 1, ...content, bytesIn: body.length },
});

/** A success that is recorded. */
interface Done {
  readonly answer: ApiResponse;
  /** The answer as the client takes it. */
  readonly response: ApiResponse;
  /** Of the usage event. */
  readonly id: string;
  /** Whether an earlier request with the same key was billed for it. */
  readonly replayed: boolean;
}

/** Runs the model and records the use. */
async function run(
  dependencies: InferenceDependencies,
  request: ApiRequest,
  { found, call, content, caller, attempt }: Prepared,
  admission: Admission,
  timing: ServerTiming,
): Promise<Done> {
  const { version } = request.params;
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
  // Compressed meanwhile only where it need not be: what cannot be carried otherwise must be tried before.
  const fitting = dependencies.fits(answer) ? undefined : carried(dependencies, answer, request);
  timing.end('encode');

  const id = attempt?.eventId ?? dependencies.newId();
  const event: UsageEvent = usageEvent(dependencies, id, request, answeredBy, hardware, {
    requests: 1,
    ...content,
    audioMs: 0,
    computeMs: Math.round(computeMs),
    bytesIn: request.body.length,
    bytesOut: Buffer.byteLength(answer.body),
  });
  const recorded = appendUsage(dependencies, event, shardsOf(caller, id), request.remainingMs);
  const settled = admission.settle(event);
  // The journal answers over the network; compressing meanwhile costs nothing.
  const response = withLimits(fitting ?? carried(dependencies, answer, request), admission);
  const outcome = await recorded;
  await settled;
  timing.end('journal');

  const replayed =
    attempt?.repeats === true &&
    outcome === 'duplicate' &&
    !(await isOwn(dependencies, caller, event).catch(() => false));
  // Counted when it was first recorded.
  if (replayed) await admission.release();
  return { answer, response, id, replayed };
}

/** Whether the event that the journal has under this id is this request's: stored by an attempt whose answer was lost. */
async function isOwn(
  { journalled }: InferenceDependencies,
  caller: TenantCaller,
  { id, time, data }: UsageEvent,
): Promise<boolean> {
  const found = await journalled.find(caller, id);
  return found?.event.time === time && found.event.data.extendedRequestId === data.extendedRequestId;
}

/**
 * The answer as the client and the platform can take it.
 *
 * @throws {TooLargeError} when the platform cannot carry it
 */
function carried({ fits }: InferenceDependencies, answer: ApiResponse, { headers }: ApiRequest): ApiResponse {
  const compressed = compress(answer, headers['accept-encoding']);
  if (fits(compressed)) return compressed;
  // Bytes travel as base64, so what hardly compresses may end up longer than it was.
  if (fits(answer)) return answer;
  throw tooLarge(answer);
}

const withLimits = (response: ApiResponse, { headers }: Admission): ApiResponse => ({
  ...response,
  headers: { ...response.headers, ...headers },
});

/** @param replayed whether this is a repeat of a request that was billed before, and is not billed again */
function withHeaders(response: ApiResponse, eventId: string, timing: ServerTiming, replayed: boolean): ApiResponse {
  const headers = {
    ...response.headers,
    'x-usage-event-id': eventId,
    'server-timing': timing.toString(),
    ...(replayed ? { 'idempotency-replayed': 'true' } : {}),
  };
  return { ...response, headers };
}

/**
 * Does `work` while something else is under way. When the work fails, its error is thrown only after the others have ended: Lambda freezes
 * the process with the answer, and the next call would find a load with a dead connection.
 *
 * @param others resolves when they have, whichever way
 */
async function during<T>(others: Promise<unknown>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await others;
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
