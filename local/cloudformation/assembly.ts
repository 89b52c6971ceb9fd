import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { type Template, template } from './template.ts';
import { TemplateError } from './template-error.ts';

/** One stack of a cloud assembly. */
export interface AssemblyStack {
  readonly name: string;
  readonly template: Template;
  /** Names of the stacks that the manifest puts before this one. */
  readonly dependencies: readonly string[];
}

/** A cloud assembly as `cdk synth` leaves it on disk. */
export interface Assembly {
  readonly stacks: readonly AssemblyStack[];
  /** Where the stacks are bound to; absent when the assembly leaves it open. */
  readonly account?: string;
  readonly region?: string;
  /** `bucket/key` in the bootstrap bucket, with `${AWS::AccountId}` and the like unresolved -> path of the folder or file. */
  readonly assets: ReadonlyMap<string, string>;
}

const manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      dependencies: z.array(z.string()).default([]),
      properties: z
        .object({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          file: z.string().optional(),
          directoryName: z.string().optional(),
        })
        .default({}),
    }),
  ),
  missing: z.array(z.object({ key: z.string() })).default([]),
});

const assetManifest = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })),
      }),
    )
    .default({}),
});

/**
 * Reads the assembly in one folder: the one that `cdk synth` writes, or that of a CDK stage inside it.
 * @param folder holds `manifest.json`
 * @throws TemplateError that names the file and what is wrong with it
 * @see https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
 */
export async function readAssembly(folder: string): Promise<Assembly> {
  const { artifacts, missing } = await read(join(folder, 'manifest.json'), manifest);
  if (missing.length > 0) {
    throw new TemplateError([
      `${folder} lacks context that only an AWS account can give: ${missing.map(({ key }) => key).join(', ')}`,
    ]);
  }
  const stackArtifacts = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  if (stackArtifacts.length === 0) {
    const nested = (await readdir(folder)).filter((name) => name.startsWith('assembly-'));
    throw new TemplateError([
      `${folder} holds no stack${nested.length > 0 ? `; give one of ${nested.join(', ')} inside it` : ''}`,
    ]);
  }
  const nameOf = new Map(stackArtifacts.map(([id, { properties }]) => [id, properties.stackName ?? id]));
  const stacks = await Promise.all(
    stackArtifacts.map(
      async ([id, { properties, dependencies }]): Promise<AssemblyStack> => ({
        name: nameOf.get(id) ?? id,
        template: await read(join(folder, properties.templateFile ?? `${id}.template.json`), template),
        dependencies: dependencies.map((dependency) => nameOf.get(dependency)).filter((name) => name !== undefined),
      }),
    ),
  );
  return {
    stacks,
    ...environment(stackArtifacts.map(([, artifact]) => artifact.environment ?? '')),
    assets: await readAssets(
      folder,
      Object.values(artifacts).flatMap(({ type, properties }) =>
        type === 'cdk:asset-manifest' && properties.file !== undefined ? [properties.file] : [],
      ),
    ),
  };
}

async function readAssets(folder: string, files: readonly string[]): Promise<Map<string, string>> {
  const assets = new Map<string, string>();
  for (const file of files) {
    for (const { source, destinations } of Object.values((await read(join(folder, file), assetManifest)).files)) {
      if (source.path === undefined) continue;
      for (const { bucketName, objectKey } of Object.values(destinations)) {
        assets.set(`${bucketName}/${objectKey}`, resolve(folder, source.path));
      }
    }
  }
  return assets;
}

/** `aws://123456789012/eu-central-1`, or `aws://unknown-account/unknown-region` where the app leaves it open. */
function environment(environments: readonly string[]): { account?: string; region?: string } {
  const parts = environments.map((text) => text.replace('aws://', '').split('/'));
  const only = (index: number, what: string): string | undefined => {
    const values = new Set(
      parts.map((part) => part[index]).filter((part) => part !== undefined && !part.startsWith('unknown-')),
    );
    if (values.size > 1) throw new TemplateError([`the stacks span several ${what}: ${[...values].join(', ')}`]);
    return [...values][0];
  };
  const account = only(0, 'accounts');
  const region = only(1, 'regions');
  return { ...(account !== undefined && { account }), ...(region !== undefined && { region }) };
}

async function read<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.infer<Schema>> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new TemplateError([`cannot read ${file}: ${(error as Error).message}`], { cause: error });
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success)
    throw new TemplateError([`${file} is not what the CDK writes: ${z.prettifyError(parsed.error)}`]);
  return parsed.data;
}
