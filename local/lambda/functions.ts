import { AwsError } from '../endpoint/aws-call.ts';
import { type Decision, evaluate } from '../iam/evaluate.ts';
import type { PolicyDocument, Principal } from '../iam/principal.ts';
import { functionName } from './function-name.ts';
import { functionPolicy, type Permission } from './function-policy.ts';
import type { FunctionPools } from './function-pools.ts';

/** A deployed function. */
export interface DeployedFunction {
  readonly pools: FunctionPools;
  readonly permissions: Map<string, Permission>;
  policy: PolicyDocument;
}

/** The functions of one account and region, by name. */
export class Functions {
  readonly #byName = new Map<string, DeployedFunction>();
  readonly #region: string;
  readonly #account: string;

  constructor(region: string, account: string) {
    this.#region = region;
    this.#account = account;
  }

  arnOf(name: string): string {
    return `arn:aws:lambda:${this.#region}:${this.#account}:function:${name}`;
  }

  add(pools: FunctionPools): void {
    const { name, arn } = pools.config;
    if (this.#byName.has(name)) throw new Error(`two functions are called ${name}`);
    this.#byName.set(name, { pools, permissions: new Map(), policy: functionPolicy(arn, []) });
  }

  /**
   * @param nameOrArn with or without the qualifier `$LATEST`, the only version there is
   * @throws AwsError `ResourceNotFoundException`
   */
  find(nameOrArn: string): DeployedFunction {
    const { name = '', qualifier = '$LATEST' } = functionName(nameOrArn) ?? {};
    const found = this.#byName.get(name);
    if (found === undefined || qualifier !== '$LATEST') {
      const arn = `${this.arnOf(name)}${qualifier === '$LATEST' ? '' : `:${qualifier}`}`;
      throw new AwsError('ResourceNotFoundException', 404, `Function not found: ${arn}`);
    }
    return found;
  }

  all(): DeployedFunction[] {
    return [...this.#byName.values()];
  }

  /** Adds a statement to the function's policy, or replaces the one with the same id. */
  permit(nameOrArn: string, permission: Permission): void {
    const target = this.find(nameOrArn);
    target.permissions.set(permission.id, permission);
    target.policy = functionPolicy(target.pools.config.arn, [...target.permissions.values()]);
  }

  /** Whether a principal may invoke a function, by its own policies or the function's. */
  allows(principal: Principal, arn: string, context: Readonly<Record<string, string>> = {}): Decision {
    const resourcePolicy = this.#byName.get(functionName(arn)?.name ?? '')?.policy;
    const action = 'lambda:InvokeFunction';
    return evaluate({ principal, action, resource: arn, context, ...(resourcePolicy && { resourcePolicy }) });
  }
}
