import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Lambda } from '../../../local/lambda/lambda.ts';
import { type LambdaOptions, startLambda } from '../../../local/lambda/start-lambda.ts';
import { FileLogSink } from '../../../local/logs/file-log-sink.ts';

export const region = 'eu-central-1';
export const account = '123456789012';

interface FailureAnswer {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** A Lambda of one test, stopped when the test has ended. */
export class Deployed {
  readonly lambda: Lambda;
  readonly data: string;
  readonly sessions = new Map<string, string>();

  private constructor(lambda: Lambda, data: string, sessions: Map<string, string>) {
    this.lambda = lambda;
    this.data = data;
    this.sessions = sessions;
  }

  static async start(options: Partial<LambdaOptions> = {}): Promise<Deployed> {
    const data = mkdtempSync(join(tmpdir(), 'lambda-'));
    const log = new FileLogSink(join(data, 'logs'));
    const sessions = new Map<string, string>();
    const lambda = await startLambda({
      region,
      account,
      endpoint: () => 'http://127.0.0.1:1',
      data,
      log,
      sessions: {
        open: (roleArn, name) => {
          const accessKeyId = `ASIA${sessions.size}`;
          sessions.set(accessKeyId, `${roleArn}/${name}`);
          return { accessKeyId, secretAccessKey: 'secret', sessionToken: 'token' };
        },
        close: (accessKeyId) => sessions.delete(accessKeyId),
      },
      queueOf: () => {
        throw new Error('not part of this test');
      },
      report: () => undefined,
      asset: (_, key) => join(data, key),
      ...options,
    });
    onTestFinished(async () => {
      await lambda.stop();
      log.close();
      rmSync(data, { recursive: true, force: true });
    });
    return new Deployed(lambda, data, sessions);
  }

  /** Deploys a function with this code as `index.js`. Returns its ARN. */
  async function(code: string, properties: Record<string, unknown> = {}, name = 'echo'): Promise<string> {
    this.write(join(name, 'index.js'), code);
    const { attributes } = await this.create('AWS::Lambda::Function', name, {
      Code: { S3Bucket: 'assets', S3Key: name },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: `arn:aws:iam::${account}:role/${name}`,
      FunctionName: name,
      ...properties,
    });
    return attributes['Arn'] ?? '';
  }

  async create(typeName: string, logicalId: string, properties: unknown) {
    const type = this.lambda.resourceTypes.find(({ type }) => type === typeName);
    if (type === undefined) throw new Error(`no type ${typeName}`);
    const physicalId = `stack-${logicalId}`;
    return type.create({
      stack: 'stack',
      logicalId,
      physicalId,
      region,
      account,
      properties: type.properties.parse(properties),
    });
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.data, path)), { recursive: true });
    writeFileSync(join(this.data, path), content);
  }

  /** By default the answer is read as that of a failure. */
  async invoke<Answer = FailureAnswer>(
    arn: string,
    event: unknown = {},
  ): Promise<{ answer: Answer; functionError: string | undefined }> {
    const { payload, functionError } = await this.lambda.invoke(arn, Buffer.from(JSON.stringify(event)));
    return { answer: JSON.parse(payload.toString()) as Answer, functionError };
  }

  log(group: string): string {
    return this.read(join('logs', `${group}.log`));
  }

  read(path: string): string {
    return readFileSync(join(this.data, path), 'utf8');
  }
}
