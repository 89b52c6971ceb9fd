import type { Datatype } from '../tensor/datatype.ts';

/** An input or output as requests and answers see it. */
export interface TensorConfig {
  readonly name: string;
  readonly datatype: Datatype;
  /** Without the batch dimension where the model has one; -1 stands for any length. */
  readonly dims: readonly number[];
  /** What the model itself takes or gives in the place of `dims`. */
  readonly reshape?: readonly number[];
  /** Of an output: a file in the model's folder with the name of one class a line. */
  readonly labelFilename?: string;
}

/** How waiting requests become runs of the model. Times are in microseconds. */
export interface BatchingPolicy {
  /** Rows of one run. */
  readonly rowsMax: number;
  /** Ascending. */
  readonly preferredRows: readonly number[];
  readonly delayUsMax: number;
  /** Requests; 0 for no limit. */
  readonly queueSizeMax: number;
  /** How long a request may wait; 0 for ever. */
  readonly timeoutUs: number;
  readonly timeoutAction: 'REJECT' | 'DELAY';
  /** Whether a request may ask for a shorter timeout. */
  readonly timeoutOverride: boolean;
}

/** Which of the version folders serve. */
export type VersionPolicy =
  | { readonly kind: 'latest'; readonly count: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'specific'; readonly versions: readonly number[] };

/** What a config.pbtxt says, as far as it makes a difference here. */
export interface ModelConfig {
  readonly name: string;
  /** Rows of one request at most; 0 when the model has no batch dimension. */
  readonly rowsMax: number;
  readonly inputs: readonly TensorConfig[];
  readonly outputs: readonly TensorConfig[];
  /** How many runs may be under way at once. */
  readonly instances: number;
  /** Whether it is to run on a GPU, if there is one. */
  readonly gpu: boolean;
  /** Undefined: each request runs alone. */
  readonly batching: BatchingPolicy | undefined;
  readonly versionPolicy: VersionPolicy;
  readonly graphOptimization: 'all' | 'basic' | 'extended' | 'disabled';
  /** Threads of one run; undefined for as many as the cores allow. */
  readonly threads: number | undefined;
  readonly modelFilename: string;
}
