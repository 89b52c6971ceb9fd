import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const launcher = join(root, 'cli/maas.js');

/** What `.maas/demo.json` promises. */
export interface Demo {
  readonly url: string;
  readonly tenant: string;
  readonly apiKey: string;
}

/** `npm start` as a user runs it, in a process and on a data folder of its own. */
export class MaasProcess {
  readonly data: string;
  readonly child: ChildProcess;
  readonly demo: Demo;
  readonly #printed: string[];

  private constructor(data: string, child: ChildProcess, demo: Demo, printed: string[]) {
    this.data = data;
    this.child = child;
    this.demo = demo;
    this.#printed = printed;
  }

  /**
   * Starts on `data` and resolves when it says that it is ready; rejects with what it printed when it ends before.
   *
   * @param environment added to this process's own
   */
  static async start(data: string, environment: Readonly<Record<string, string>> = {}): Promise<MaasProcess> {
    const port = await freePort();
    const child = spawn(process.execPath, [launcher, 'start'], {
      cwd: root,
      env: { ...process.env, PORT: String(port), MAAS_DATA: data, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const collect = (chunk: Buffer): void => {
        printed.push(chunk.toString('utf8'));
        if (printed.join('').includes('MaaS is up at')) resolve();
      };
      child.stdout.on('data', collect);
      child.stderr.on('data', collect);
      child.on('exit', (code) => reject(new Error(`start ended with ${code}:\n${printed.join('')}`)));
    });
    const demo = JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8')) as Demo;
    return new MaasProcess(data, child, demo, printed);
  }

  /** All that it printed so far. */
  get printed(): string {
    return this.#printed.join('');
  }

  /** Runs the command line against this cloud, as an operator at its folder would. */
  async maas(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [launcher, ...args], {
      env: { ...process.env, MAAS_DATA: this.data },
    });
    return stdout;
  }

  /** The same, with its JSON parsed. */
  async json<Answer>(...args: readonly string[]): Promise<Answer> {
    return JSON.parse(await this.maas('--json', ...args)) as Answer;
  }

  /** Ends it with a signal and waits until it is gone. */
  async end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const gone = new Promise<number | null>((resolve) => this.child.on('exit', resolve));
    this.child.kill(signal);
    return gone;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
