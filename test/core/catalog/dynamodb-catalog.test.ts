import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DynamoDBCatalog } from '../../../core/catalog/dynamodb-catalog.ts';
import { DynamoDBRegistry } from '../../../core/catalog/dynamodb-registry.ts';
import type { Manifest } from '../../../core/catalog/manifest.ts';
import type { ModelVersion, VersionState } from '../../../core/catalog/model-version.ts';
import type { ItemClient } from '../../../core/storage/item-client.ts';
import { startDynamoDB, type TestDynamoDB } from '../storage/dynamodb.ts';
import { itemClients } from '../storage/item-clients.ts';

let dynamo: TestDynamoDB;
let registry: DynamoDBRegistry;

const version = (model: string, number: string, state: VersionState): ModelVersion => ({
  model,
  version: number,
  state,
  manifest: { name: model, task: 'tensor', description: `${model} ${number}`, labels: [] } as unknown as Manifest,
  files: { 'model.onnx': { sha256: 'a'.repeat(64), sizeBytes: 1 } },
  createdAt: '2026-11-21T00:00:00.000Z',
});

async function store(model: string, number: string, state: VersionState): Promise<ModelVersion> {
  const stored = version(model, number, state);
  await registry.add(stored, `${model}-${number}`);
  await registry.list(stored);
  if (state === 'READY') await registry.goLive(stored);
  return stored;
}

describe.each(itemClients)('over %s', (_, clientOf) => {
  beforeAll(async () => {
    dynamo = await startDynamoDB();
    registry = new DynamoDBRegistry(dynamo.client, 'catalog');
  });
  afterAll(() => dynamo.stop());

  const made: string[] = [];
  /** A catalogue of a process that has read nothing yet. Its calls are put down in `made`. */
  const open = (): DynamoDBCatalog => {
    const client = clientOf(dynamo.endpoint);
    const noted = <Answer>(name: keyof ItemClient, answer: Promise<Answer>): Promise<Answer> => {
      made.push(name);
      return answer;
    };
    return new DynamoDBCatalog(
      {
        getItem: (input) => noted('getItem', client.getItem(input)),
        query: (input) => noted('query', client.query(input)),
      },
      'catalog',
    );
  };
  /** The calls that `work` makes. */
  const calls = async (work: () => Promise<unknown>): Promise<string[]> => {
    made.length = 0;
    await work();
    return [...made];
  };

  test('a version comes back as it was stored', async () => {
    const stored = await store('same', '1', 'READY');
    expect(await open().find('same', '1')).toEqual(stored);
    expect(await open().find('same')).toEqual(stored);
  });

  test('without a version the live one is found, and none before there is one', async () => {
    const catalog = open();
    await store('live', '1', 'UPLOADING');
    expect(await catalog.find('live')).toBeUndefined();
    await store('live', '2', 'READY');
    expect(await catalog.find('live')).toMatchObject({ version: '2' });
    await store('live', '3', 'READY');
    expect(await catalog.find('live')).toMatchObject({ version: '3' });
    expect(await catalog.find('live', '2')).toMatchObject({ version: '2' });
  });

  test('a READY version is read once; after that the live one costs one read and a named one none', async () => {
    const catalog = open();
    await store('lean', '1', 'READY');
    expect(await calls(() => catalog.find('lean'))).toHaveLength(2);
    expect(await calls(() => catalog.find('lean'))).toEqual(['getItem']);
    expect(await calls(() => catalog.find('lean', '1'))).toEqual([]);
  });

  test('a version that is not READY yet is looked up again', async () => {
    const catalog = open();
    await store('moving', '1', 'UPLOADING');
    expect(await catalog.find('moving', '1')).toMatchObject({ state: 'UPLOADING' });
    await registry.setState('moving', '1', 'FAILED', 'no');
    expect(await catalog.find('moving', '1')).toMatchObject({ state: 'FAILED', reason: 'no' });
    await registry.setState('moving', '1', 'READY');
    expect(await catalog.find('moving', '1')).toMatchObject({ state: 'READY' });
  });

  test('models are listed with one query, by name, live or not', async () => {
    const catalog = open();
    await store('zz-last', '1', 'READY');
    await store('aa-first', '1', 'UPLOADING');
    expect(await calls(() => catalog.list())).toEqual(['query']);
    const models = await catalog.list();
    expect(models.at(0)).toEqual({ model: 'aa-first', task: 'tensor', description: 'aa-first 1' });
    expect(models.at(-1)).toEqual({
      model: 'zz-last',
      liveVersion: '1',
      task: 'tensor',
      description: 'zz-last 1',
    });
  });

  test('versions come newest first, over all pages, and none of an unknown model', async () => {
    const catalog = open();
    const padding = 'x'.repeat(90_000);
    for (let n = 1; n <= 13; n += 1) {
      const one = version('paged', String(n), 'READY');
      await registry.add({ ...one, manifest: { ...one.manifest, source: padding } }, `paged-${n}`);
    }
    expect((await catalog.versions('paged')).map((one) => Number(one.version))).toEqual([
      13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
    ]);
    expect(await catalog.versions('unknown')).toEqual([]);
  });

  test('a name or version that cannot exist is unknown without a read', async () => {
    const catalog = open();
    const made = await calls(async () => {
      for (const name of ['', 'A', '../x', '__proto__', 'x'.repeat(5000)]) {
        expect(await catalog.find(name)).toBeUndefined();
        expect(await catalog.versions(name)).toEqual([]);
      }
      for (const number of ['', '0', '01', '-1', '1e3', 'live', '9'.repeat(5000)]) {
        expect(await catalog.find('same', number)).toBeUndefined();
      }
    });
    expect(made).toEqual([]);
  });
});
