import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const mainFile = fileURLToPath(new URL('../../../local/triton/main.ts', import.meta.url));

/** A model's folder in a repository. */
export interface ModelFolder {
  readonly config: string;
  /** Artifacts by versions. */
  readonly versions: Readonly<Record<string, Uint8Array>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** A new folder with models in it, as SageMaker unpacks an archive. */
export function repository(models: Readonly<Record<string, ModelFolder>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'triton-'));
  for (const [name, model] of Object.entries(models)) writeModel(join(directory, name), model);
  return directory;
}

export function writeModel(folder: string, { config, versions, files = {} }: ModelFolder): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.pbtxt'), config);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  for (const [version, artifact] of Object.entries(versions)) {
    mkdirSync(join(folder, version), { recursive: true });
    writeFileSync(join(folder, version, 'model.onnx'), artifact);
  }
}

/** `main.ts serve` in a process of its own. */
export class TritonProcess {
  readonly child: ChildProcess;
  /** Everything that it has printed so far. */
  readonly printed = { stdout: '', stderr: '' };
  /** `{ code, signal }` when it has ended. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #port: Promise<number>;
  readonly #directory: string;

  private constructor(directory: string, environment: Readonly<Record<string, string>>) {
    this.#directory = directory;
    this.child = spawn(process.execPath, [mainFile, 'serve'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
        SAGEMAKER_BIND_TO_PORT: '0',
        MODEL_DIRECTORY: directory,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#port = new Promise((resolve) => {
      for (const name of ['stdout', 'stderr'] as const) {
        this.child[name]?.on('data', (chunk: Buffer) => {
          this.printed[name] += chunk.toString();
          const [, port] = /^\{"port":(\d+)\}$/m.exec(this.printed.stdout) ?? [];
          if (port !== undefined) resolve(Number(port));
        });
      }
    });
    this.exited = new Promise((resolve) => this.child.once('close', (code, signal) => resolve({ code, signal })));
  }

  /** Starts without waiting for anything. */
  static spawn(directory: string, environment: Readonly<Record<string, string>> = {}): TritonProcess {
    return new TritonProcess(directory, environment);
  }

  /** Starts, and resolves when it listens. */
  static async start(directory: string, environment: Readonly<Record<string, string>> = {}): Promise<TritonProcess> {
    const started = new TritonProcess(directory, environment);
    await started.url();
    return started;
  }

  /** `http://127.0.0.1:<port>`. @throws with what it printed when it ends instead of listening */
  async url(): Promise<string> {
    const ended = this.exited.then(({ code }) => {
      throw new Error(`it ended with ${code}:\n${this.printed.stdout}${this.printed.stderr}`);
    });
    return `http://127.0.0.1:${await Promise.race([this.#port, ended])}`;
  }

  /** Ends it, and removes its models. */
  async remove(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
