import { ConflictError, InvalidInputError, NotFoundError, UnavailableError } from '../api/maas-error.ts';
import type { ArtifactTransfer, ArtifactUpload } from './artifact-transfer.ts';
import type { ModelSummary } from './catalog.ts';
import { checkFiles } from './check-files.ts';
import type { DynamoDBCatalog } from './dynamodb-catalog.ts';
import type { DynamoDBRegistry } from './dynamodb-registry.ts';
import type { Admission, GpuServing, ShownEndpoint } from './gpu/gpu-serving.ts';
import type { Manifest } from './manifest.ts';
import type { ModelValidator } from './model-validator.ts';
import type { ArtifactFile, ModelVersion, VersionState } from './model-version.ts';
import type { ValidationRequest } from './validation.ts';
import { versionFingerprint } from './version-fingerprint.ts';

/** What managing models takes. */
export interface RegistryDependencies {
  readonly catalog: DynamoDBCatalog;
  readonly registry: DynamoDBRegistry;
  readonly artifacts: ArtifactTransfer;
  readonly validator: ModelValidator;
  readonly gpu: GpuServing;
  readonly now: () => Date;
}

/** A registered version and what is still to be uploaded for it, by file name. */
export interface PushedVersion {
  readonly model: string;
  readonly version: string;
  readonly state: VersionState;
  readonly uploads: Readonly<Record<string, ArtifactUpload>>;
}

/** Where a version stands after its check. */
export interface CheckedVersion {
  readonly model: string;
  readonly version: string;
  readonly state: VersionState;
  /** Why it is not READY. */
  readonly reason?: string;
  /** Whether it is what the model serves when a request names no version. */
  readonly live: boolean;
}

/** A model and its versions, newest first, without their manifests. */
export interface ShownModel {
  readonly model: string;
  readonly liveVersion?: string;
  readonly versions: readonly Omit<ModelVersion, 'model' | 'manifest'>[];
  /** Where it is served, of a model for GPUs. */
  readonly endpoint?: ShownEndpoint;
}

type Files = Readonly<Record<string, ArtifactFile>>;

/** Each loser of a race for a number tries again, so this many pushes of one model may meet. */
const triesMax = 200;
/** Long enough for the sandbox to begin reading, short for a URL that leaks. */
const downloadSeconds = 60;
/** Time to leave for writing the verdict down. */
const reserveMs = 2000;

/** Registers versions of models, has them checked and makes them live. */
export class Registry {
  readonly #with: RegistryDependencies;

  constructor(dependencies: RegistryDependencies) {
    this.#with = dependencies;
  }

  /**
   * Registers a version under the next number. What is there already, manifest and files alike, is that version again.
   *
   * @returns the version, and `isNew`
   * @throws InvalidInputError, TooLargeError when manifest and files do not fit together or a limit
   */
  async push(manifest: Manifest, files: Files): Promise<{ readonly pushed: PushedVersion; readonly isNew: boolean }> {
    checkFiles(manifest, files);
    const missing = await this.#missing(files);
    const { version, isNew } = await this.#register(manifest, files);
    // Also for a version that is there already: the push that registered it may have died before this.
    await this.#with.registry.list(version);
    const uploads: Record<string, ArtifactUpload> = {};
    for (const [name, file] of missing) uploads[name] = await this.#with.artifacts.upload(file);
    return { pushed: { model: version.model, version: version.version, state: version.state, uploads }, isNew };
  }

  /**
   * Has a version checked in the sandbox, and on the GPU where that is to serve it; one that passes is READY and goes live, unless a later
   * one is. A READY version is not checked again, a FAILED one is. One that is still being loaded at the end stays VALIDATING.
   *
   * @param remainingMs how long this call can live, read when asked
   * @throws NotFoundError for an unknown model or version, ConflictError when files are still to be uploaded
   */
  async validate(model: string, version: string, remainingMs: () => number): Promise<CheckedVersion> {
    const { catalog, registry, gpu } = this.#with;
    const found = await catalog.find(model, version);
    if (found === undefined)
      throw new NotFoundError(`there is no version ${quoted(version)} of a model ${quoted(model)}`);
    const leftMs = (): number => remainingMs() - reserveMs;
    // It may have become READY when the model had an endpoint of its own.
    if (found.state === 'READY') await gpu.prepare(found, leftMs());
    const checked = found.state === 'READY' ? found : await this.#check(found, leftMs);
    const live = checked.state === 'READY' && (await registry.goLive(checked));
    const { state, reason } = checked;
    return { model, version, state, ...(reason === undefined ? {} : { reason }), live };
  }

  /** All models, sorted by name. */
  list(): Promise<readonly ModelSummary[]> {
    return this.#with.catalog.list();
  }

  /** @throws NotFoundError for an unknown model */
  async show(model: string): Promise<ShownModel> {
    const { catalog, gpu } = this.#with;
    const [versions, liveVersion] = await Promise.all([catalog.versions(model), catalog.liveVersion(model)]);
    const shown = versions.find(({ version }) => version === liveVersion) ?? versions[0];
    if (shown === undefined) throw new NotFoundError(`there is no model ${quoted(model)}`);
    const endpoint = await gpu.show(shown.manifest);
    return {
      model,
      ...(liveVersion === undefined ? {} : { liveVersion }),
      versions: versions.map(({ version, state, reason, files, createdAt }) => ({
        version,
        state,
        ...(reason === undefined ? {} : { reason }),
        files,
        createdAt,
      })),
      ...(endpoint === undefined ? {} : { endpoint }),
    };
  }

  async #register(manifest: Manifest, files: Files): Promise<{ version: ModelVersion; isNew: boolean }> {
    const { registry, now } = this.#with;
    const model = manifest.name;
    const fingerprint = versionFingerprint(manifest, files);
    for (let tries = 0; tries < triesMax; tries += 1) {
      const known = await registry.known(model);
      const same = known.find((version) => version.fingerprint === fingerprint);
      if (same !== undefined) return { version: await registry.version(model, same.version), isNew: false };
      // Whoever gets the number after the last has seen all versions before it, so no two are alike.
      const version: ModelVersion = {
        model,
        version: String(Number(known.at(-1)?.version ?? 0) + 1),
        state: 'UPLOADING',
        manifest,
        files,
        createdAt: now().toISOString(),
      };
      if (await registry.add(version, fingerprint)) return { version, isNew: true };
    }
    throw new UnavailableError(`too many versions of ${model} are being pushed at once; try again`);
  }

  async #check(version: ModelVersion, leftMs: () => number): Promise<ModelVersion> {
    const { registry } = this.#with;
    const missing = await this.#missing(version.files);
    if (missing.size > 0) {
      throw new ConflictError(`upload ${[...missing.keys()].join(' and ')} first; pushing again gives new upload URLs`);
    }
    const begun = await registry.setState(version.model, version.version, 'VALIDATING');
    if (begun.state === 'READY') return begun;
    const { state, reason } = await this.#verdict(begun, leftMs);
    return registry.setState(version.model, version.version, state, reason);
  }

  async #verdict(version: ModelVersion, leftMs: () => number): Promise<Admission> {
    const { validator, gpu } = this.#with;
    const unserved = gpu.unserved(version.manifest);
    if (unserved !== undefined) return { state: 'FAILED', reason: unserved };
    const request: ValidationRequest = { manifest: version.manifest, files: await this.#readable(version.files) };
    // Both at once: after a slow sandbox there would be no time left for the other, however often it is tried.
    const [result] = await Promise.all([validator.validate(request, leftMs()), gpu.prepare(version, leftMs())]);
    return result.valid ? gpu.admit(version, leftMs()) : { state: 'FAILED', reason: result.reason };
  }

  async #readable(files: Files): Promise<ValidationRequest['files']> {
    const readable: Record<string, ArtifactFile & { url: string }> = {};
    for (const [name, file] of Object.entries(files)) {
      readable[name] = { ...file, url: await this.#with.artifacts.downloadUrl(file, downloadSeconds) };
    }
    return readable;
  }

  async #missing(files: Files): Promise<Map<string, ArtifactFile>> {
    const missing = new Map<string, ArtifactFile>();
    for (const [name, file] of Object.entries(files)) {
      const storedBytes = await this.#with.artifacts.storedBytes(file.sha256);
      if (storedBytes === undefined) missing.set(name, file);
      else if (storedBytes !== file.sizeBytes) {
        throw new InvalidInputError(`${name} has ${storedBytes} bytes with this sha256, and not ${file.sizeBytes}`);
      }
    }
    return missing;
  }
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 100));
