/** One deployed function: what the template says, with its code and layers on disk. */
export interface FunctionConfig {
  readonly name: string;
  readonly arn: string;
  /** `index.handler` */
  readonly handler: string;
  /** The folder with the code: `LAMBDA_TASK_ROOT`. */
  readonly taskRoot: string;
  /** The layers' folders, each of which is a part of `/opt`, the later ones winning. */
  readonly layers: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly memorySizeMb: number;
  /** What may be in `/tmp`. */
  readonly ephemeralStorageMb: number;
  readonly timeoutSeconds: number;
  readonly roleArn: string;
  readonly logGroup: string;
  readonly logFormat: 'Text' | 'JSON';
  /** With the JSON format only. */
  readonly applicationLogLevel: string;
  /** With the JSON format only. */
  readonly systemLogLevel: 'DEBUG' | 'INFO' | 'WARN';
  /** Tenant isolation mode: no instance serves more than one tenant id. */
  readonly perTenant: boolean;
  readonly reservedConcurrency?: number | undefined;
}
