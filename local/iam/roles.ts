import { authorize } from './authorize.ts';
import { checkSize } from './check-size.ts';
import { managedPolicies } from './managed-policies.ts';
import { PolicyError } from './policy-error.ts';
import type { PolicyDocument, Principal } from './principal.ts';
import { servicePrincipal } from './service-principal.ts';

interface Role {
  readonly arn: string;
  readonly trustPolicy: PolicyDocument;
  /** By name or ARN, so that creating one again replaces it. */
  readonly policies: Map<string, PolicyDocument>;
}

/** The account's roles and customer managed policies. They live in memory, since each start makes them anew from the templates. */
export class Roles {
  readonly #account: string;
  readonly #byName = new Map<string, Role>();
  readonly #customerManaged = new Map<string, PolicyDocument>();

  constructor(account: string) {
    this.#account = account;
  }

  /**
   * Creates or replaces a role.
   *
   * @param role.path begins and ends with a slash
   * @returns its ARN
   * @throws PolicyError when a managed policy does not exist here, AwsError when its policies are too large
   */
  put(role: {
    readonly name: string;
    readonly path: string;
    readonly trustPolicy: PolicyDocument;
    readonly inlinePolicies: ReadonlyMap<string, PolicyDocument>;
    readonly managedPolicyArns: readonly string[];
  }): string {
    const arn = `arn:aws:iam::${this.#account}:role${role.path}${role.name}`;
    const policies = new Map(role.inlinePolicies);
    for (const managed of role.managedPolicyArns) {
      policies.set(managed, this.#managed(managed));
    }
    checkSize.trustPolicy(role.trustPolicy);
    checkSize.rolePolicies(role.name, policies);
    this.#byName.set(role.name, { arn, trustPolicy: role.trustPolicy, policies });
    return arn;
  }

  /** Creates or replaces a customer managed policy. @throws AwsError when it is too large */
  putManagedPolicy(arn: string, document: PolicyDocument): void {
    checkSize.managedPolicy(document);
    this.#customerManaged.set(arn, document);
  }

  /**
   * Attaches a policy to a role, or replaces the one of that name.
   *
   * @param name of an inline policy, or the ARN of a managed one
   * @throws PolicyError when there is no such role, AwsError when its policies are too large with it
   */
  attach(roleName: string, name: string, document: PolicyDocument): void {
    const role = this.#byName.get(roleName);
    if (!role) {
      throw new PolicyError(`the policy ${name} is for the role "${roleName}", which does not exist`);
    }
    checkSize.rolePolicies(roleName, new Map([...role.policies, [name, document]]));
    role.policies.set(name, document);
  }

  /**
   * Assumes a role on behalf of a service, e.g. `lambda.amazonaws.com`. The session may do what the role may do at each moment.
   *
   * @param context condition keys with which the service says for whom it asks: `aws:SourceAccount`, `aws:SourceArn`
   * @throws AwsError AccessDenied when the role does not exist or its trust policy does not let the service in
   */
  assume(
    roleArn: string,
    service: string,
    sessionName: string,
    context: Readonly<Record<string, string>> = {},
  ): Principal {
    const role = this.#find(roleArn);
    authorize({
      principal: servicePrincipal(service, this.#account),
      action: 'sts:AssumeRole',
      resource: roleArn,
      context,
      resourcePolicyRequired: true,
      ...(role && { resourcePolicy: role.trustPolicy }),
    });
    const find = (): Role | undefined => this.#find(roleArn);
    return {
      arn: `arn:aws:sts::${this.#account}:assumed-role/${nameOf(roleArn)}/${sessionName}`,
      account: this.#account,
      roleArn,
      get policies() {
        return [...(find()?.policies.values() ?? [])];
      },
    };
  }

  #find(arn: string): Role | undefined {
    const role = this.#byName.get(nameOf(arn));
    return role?.arn === arn ? role : undefined;
  }

  #managed(arn: string): PolicyDocument {
    const document = this.#customerManaged.get(arn) ?? managedPolicies.get(arn);
    if (!document) {
      throw new PolicyError(
        `the managed policy ${arn} does not exist here; local/iam/managed-policies.ts lists those of AWS that do`,
      );
    }
    return document;
  }
}

const nameOf = (roleArn: string): string => roleArn.slice(roleArn.lastIndexOf('/') + 1);
