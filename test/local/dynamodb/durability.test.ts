import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutItemCommand, ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from './cloud.ts';

const TableName = 'kept';
let clouds: Cloud[] = [];

const start = async (dataDir?: string) => {
  const cloud = await startCloud(dataDir === undefined ? {} : { dataDir });
  clouds.push(cloud);
  await cloud.declare(TableName);
  return cloud;
};

const item = (name: string) => ({ pk: { S: name }, sk: { S: 'x' } });

const names = async (cloud: Cloud): Promise<string[]> => {
  const found: string[] = [];
  let ExclusiveStartKey: ReturnType<typeof item> | undefined;
  do {
    const page = await cloud
      .client(undefined, { maxAttempts: 5 })
      .send(new ScanCommand({ TableName, ExclusiveStartKey }));
    found.push(...(page.Items ?? []).map(({ pk }) => pk?.S ?? ''));
    ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
  } while (ExclusiveStartKey);
  return found;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

afterEach(async () => {
  for (const cloud of clouds) {
    await cloud.stop();
  }
  await clouds[0]?.remove();
  clouds = [];
});

describe('items', () => {
  it('that were acknowledged outlive a kill -9 of the engine, which comes back by itself', async () => {
    const cloud = await start();
    const client = cloud.client(undefined, { maxAttempts: 1 });
    const acknowledged: string[] = [];
    const write = async (name: string) => {
      const single = new PutItemCommand({ TableName, Item: item(name) });
      const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: item(name) } }] });
      await (name.endsWith('3') ? client.send(transaction) : client.send(single)).then(
        () => acknowledged.push(name),
        (error: { $metadata?: { httpStatusCode?: number } }) => {
          // What the crash caught unanswered is a fault of the server, which clients retry.
          expect(error.$metadata?.httpStatusCode).toBe(500);
        },
      );
    };
    const pid = cloud.enginePid() ?? 0;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let number = 0; number < 40; number++) {
        await write(`${writer}-${number}`);
        if (writer === 0 && number === 20) {
          process.kill(pid, 'SIGKILL');
        }
      }
    });
    await Promise.all(writers);
    expect(cloud.enginePid()).not.toBe(pid);
    expect(acknowledged.length).toBeGreaterThan(160);
    expect(await names(cloud)).toEqual(expect.arrayContaining(acknowledged));
    expect(cloud.lines.join('\n')).toContain('SIGKILL');
  });

  it('outlive a restart', async () => {
    const first = await start();
    await first.client().send(new PutItemCommand({ TableName, Item: item('old') }));
    await first.stop();
    const second = await start(first.dataDir);
    expect(await names(second)).toEqual(['old']);
  });
});

describe('a table that no template declares any more', () => {
  it('is out of reach, and comes back whole when it is declared again', async () => {
    const first = await start();
    await first.client().send(new PutItemCommand({ TableName, Item: item('old') }));
    await first.stop();
    const second = await startCloud({ dataDir: first.dataDir });
    clouds.push(second);
    await expect(names(second)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await second.declare(TableName);
    expect(await names(second)).toEqual(['old']);
  });
});

describe('the engine', () => {
  it('ends with its parent, even if that is killed, and leaves the folder free for the next', async () => {
    const cloud = await start();
    const { dataDir } = cloud;
    await cloud.stop();
    const module = (path: string) => JSON.stringify(new URL(`../../../local/${path}`, import.meta.url).href);
    const program = `
      const { startDynamoDB } = await import(${module('dynamodb/start-dynamodb.ts')});
      const { Keys } = await import(${module('kms/keys.ts')});
      const [region, account] = ['eu-central-1', '123456789012'];
      const dynamodb = await startDynamoDB({
        dataDir: ${JSON.stringify(dataDir)}, region, account, keys: new Keys(region, account), log: () => undefined,
      });
      console.log(dynamodb.enginePid());`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(parent.stdout, 'data');
    const enginePid = Number(line);
    expect(isAlive(enginePid)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    const next = await start(dataDir);
    expect(await names(next)).toEqual([]);
    while (isAlive(enginePid)) {
      await sleep(20);
    }
  });

  it('is refused a folder that another one uses', async () => {
    const cloud = await start();
    await expect(startCloud({ dataDir: cloud.dataDir })).rejects.toThrow('another process uses them');
  });
});
