import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { readAssembly } from '../../../local/cloudformation/assembly.ts';
import { deploy } from '../../../local/cloudformation/deploy.ts';
import type { Registry } from '../../../local/cloudformation/plan-stack.ts';
import type { ResourceType } from '../../../local/cloudformation/resource-type.ts';

export const target = { account: '123456789012', region: 'eu-central-1' };

interface StackFixture {
  readonly template: object;
  readonly dependencies?: readonly string[];
}

/** An assembly folder with these stacks, removed when the test has ended. */
export function assemblyFolder(stacks: Record<string, StackFixture>, artifacts: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const all: Record<string, unknown> = { ...artifacts };
  for (const [name, { template, dependencies = [] }] of Object.entries(stacks)) {
    const templateFile = `${name}.template.json`;
    all[name] = {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile, stackName: name },
      dependencies,
    };
    writeFileSync(join(folder, templateFile), JSON.stringify(template));
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts: all }));
  return folder;
}

/**
 * Creates the stacks. `Test::Thing` takes any properties and has the attribute `Arn`; `Test::Strict` takes `Name`, `Size` and
 * `Rules[].Id` only, and nothing happens to its `Ignored` and `Rules[].Note`; `Test::Nothing` has no local effect.
 */
export async function deployed(stacks: Record<string, StackFixture>) {
  /** Properties by logical id, in order of creation. */
  const created = new Map<string, unknown>();
  const physicalIds: string[] = [];
  const type = (name: string, properties: z.ZodType, noLocalEffect: Record<string, string> = {}): ResourceType => ({
    type: name,
    properties,
    noLocalEffect,
    create: async (resource) => {
      created.set(resource.logicalId, resource.properties);
      physicalIds.push(resource.physicalId);
      return { ref: `ref-${resource.logicalId}`, attributes: { Arn: `arn-${resource.logicalId}` } };
    },
  });
  const strict = z.strictObject({
    Name: z.string().regex(/^[a-z]+$/),
    Size: z.number().optional(),
    Rules: z.array(z.strictObject({ Id: z.string() })).optional(),
    Either: z.union([z.strictObject({ A: z.string() }), z.strictObject({ B: z.string(), C: z.string() })]).optional(),
  });
  const registry: Registry = {
    types: new Map([
      ['Test::Thing', type('Test::Thing', z.record(z.string(), z.unknown()))],
      ['Test::Strict', type('Test::Strict', strict, { Ignored: 'a test', 'Rules.Note': 'a test' })],
    ]),
    unaffecting: { 'Test::Nothing': 'a test' },
  };
  const outputs = await deploy(await readAssembly(assemblyFolder(stacks)), target, registry, () => undefined);
  return { created, physicalIds, outputs };
}
