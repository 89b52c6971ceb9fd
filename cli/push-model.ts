import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import { manifestSchema } from '../core/catalog/manifest.ts';
import { CliError } from './cli-error.ts';
import type { ControlClient } from './control-client.ts';

interface Registered {
  readonly model: string;
  readonly version: string;
  readonly state: string;
  /** Presigned PUTs for the files that are not stored yet. */
  readonly uploads: Readonly<
    Record<string, { readonly url: string; readonly headers: Readonly<Record<string, string>> }>
  >;
}

/** What a push ends with. */
export interface PushedModel {
  readonly model: string;
  readonly version: string;
  readonly state: string;
  readonly live: boolean;
}

/**
 * Registers the model in `folder`: sends its manifest and the digests of its files, uploads what is not stored yet,
 * and has the version checked, which makes it live. Pushing the same files again changes nothing.
 *
 * @throws CliError when the folder holds no valid model, or when the version fails its check
 */
export async function pushModel(
  client: ControlClient,
  folder: string,
  onStep: (step: string) => void,
): Promise<PushedModel> {
  const manifest = readManifest(folder);
  const names = [
    manifest.artifact,
    ...(manifest.preprocessing?.kind === 'text' ? [manifest.preprocessing.vocabulary] : []),
  ];
  const contents = new Map(names.map((name) => [name, readFile(folder, name)]));
  const files = Object.fromEntries(
    [...contents].map(([name, bytes]) => [
      name,
      { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length },
    ]),
  );
  const registered = await client.call<Registered>('POST', '/models', { body: { manifest, files } });
  const { model, version } = registered;
  for (const [name, { url, headers }] of Object.entries(registered.uploads)) {
    const bytes = contents.get(name);
    if (bytes === undefined) throw new CliError(`the control API asks for ${name}, which ${model} does not have`);
    onStep(`${model}: uploading ${name} (${(bytes.length / 1e6).toFixed(2)} MB)`);
    const stored = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(bytes) });
    if (!stored.ok) throw new CliError(`upload of ${name} failed with ${stored.status}: ${await stored.text()}`);
  }
  onStep(`${model}: checking version ${version}`);
  const checked = await client.call<PushedModel & { readonly reason?: string }>(
    'POST',
    `/models/${encodeURIComponent(model)}/versions/${version}/validate`,
  );
  if (checked.state !== 'READY') {
    throw new CliError(`${model} version ${version} is ${checked.state}: ${checked.reason ?? 'no reason given'}`);
  }
  return { model, version, state: checked.state, live: checked.live };
}

function readManifest(folder: string): z.infer<typeof manifestSchema> {
  const text = readFile(folder, 'model.json').toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CliError(`${join(folder, 'model.json')} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success)
    throw new CliError(`${join(folder, 'model.json')} is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function readFile(folder: string, name: string): Buffer {
  const path = join(folder, name);
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const built = existsSync(join(folder, 'build.ts'))
      ? `; npx node models/build.ts ${basename(resolve(folder))} makes it`
      : '';
    throw new CliError(code === 'ENOENT' ? `${path} is missing${built}` : `${path} cannot be read (${code})`, {
      cause: error,
    });
  }
}
