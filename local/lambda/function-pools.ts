import { AwsError } from '../endpoint/aws-call.ts';
import { type Concurrency, TooManyRequestsError } from './concurrency.ts';
import type { FunctionConfig } from './function-config.ts';
import { FunctionPool } from './function-pool.ts';
import type { Host } from './host.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-troubleshooting.html */
const instancesPerConcurrency = 2.5;

/** As the API's reference has it. */
const tenantIdPattern = /^[a-zA-Z0-9._:/=+\-@ ]{1,256}$/;

/**
 * All instances of one function. In tenant isolation mode each tenant id has a pool of its own, so that no process ever serves two of them;
 * they share the function's concurrency.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
 */
export class FunctionPools {
  readonly config: FunctionConfig;
  readonly #host: Host;
  readonly #concurrency: Concurrency;
  readonly #byTenant = new Map<string | undefined, FunctionPool>();
  #stopped = false;

  constructor(config: FunctionConfig, host: Host, concurrency: Concurrency) {
    this.config = config;
    this.#host = host;
    this.#concurrency = concurrency;
  }

  /**
   * The instances for events of a tenant id, or for all events of a function that does not ask for one.
   * @throws AwsError `InvalidParameterValueException` for a tenant id that is missing, malformed, or given to a function that keeps
   *   nobody apart; TooManyRequestsError when there are too many instances for one more
   */
  of(tenantId: string | undefined): FunctionPool {
    const { name, perTenant } = this.config;
    if (perTenant && tenantId === undefined) {
      throw invalid(`${name} is in tenant isolation mode: an invocation must have an X-Amz-Tenant-Id`);
    }
    if (!perTenant && tenantId !== undefined) {
      throw invalid(`${name} is not in tenant isolation mode: no invocation may have an X-Amz-Tenant-Id`);
    }
    if (tenantId !== undefined && !tenantIdPattern.test(tenantId)) throw invalid('X-Amz-Tenant-Id is not a tenant id');
    const known = this.#byTenant.get(tenantId);
    if (perTenant && (known?.size ?? 0) === 0 && this.#size >= this.#concurrency.max * instancesPerConcurrency) {
      throw new TooManyRequestsError('ConcurrentInvocationLimitExceeded');
    }
    const pool = known ?? new FunctionPool(this.config, this.#host, this.#concurrency, tenantId);
    this.#byTenant.set(tenantId, pool);
    if (this.#stopped) void pool.stop();
    return pool;
  }

  checkLimits(): void {
    for (const pool of this.#byTenant.values()) pool.checkLimits();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#byTenant.values()].map((pool) => pool.stop()));
  }

  get #size(): number {
    let size = 0;
    for (const pool of this.#byTenant.values()) size += pool.size;
    return size;
  }
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValueException', 400, message);
