import type { AssemblyStack } from './assembly.ts';
import { condition } from './condition.ts';
import { noValue, type Scope } from './scope.ts';
import type { Unresolved } from './unresolved.ts';
import { uuidOf } from './uuid-of.ts';

/** The one account and region that everything is deployed to. */
export interface Target {
  readonly account: string;
  readonly region: string;
}

/** The resources of the stack and the outputs of others, as far as they are known. */
export interface Known {
  ref(logicalId: string): string | Unresolved;
  attribute(logicalId: string, attribute: string): string | Unresolved;
  importValue(exportName: string): string | Unresolved;
  stackOutput(stack: string, output: string): string | Unresolved;
}

/** What names mean inside one stack: pseudo parameters, parameters by their defaults, mappings, conditions and what `known` knows. */
export function stackScope({ name: stack, template }: AssemblyStack, target: Target, known: Known): Scope {
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': target.account,
    'AWS::Region': target.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack,
    'AWS::StackId': stackId(stack, target),
    'AWS::NotificationARNs': [],
    'AWS::NoValue': noValue,
  };

  const parameter = (name: string): string => {
    const { Type, Default } = template.Parameters[name] ?? {};
    if (Default === undefined)
      throw new Error(`the parameter ${name} has no default, and nothing else gives it a value`);
    if (Type?.startsWith('AWS::SSM::'))
      throw new Error(`the parameter ${name} is read from SSM, which does not exist locally`);
    return Default;
  };

  const resourceOf = (logicalId: string): string => {
    const resource = template.Resources[logicalId];
    if (resource === undefined) throw new Error(`nothing in the template is called ${logicalId}`);
    if (resource.Condition !== undefined && !scope.condition(resource.Condition)) {
      throw new Error(`${logicalId} does not exist, as its condition ${resource.Condition} is false`);
    }
    return logicalId;
  };

  const scope: Scope = {
    ...known,
    ref: (name) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      return Object.hasOwn(template.Parameters, name) ? parameter(name) : known.ref(resourceOf(name));
    },
    attribute: (logicalId, attribute) => known.attribute(resourceOf(logicalId), attribute),
    condition: (name) => {
      if (!Object.hasOwn(template.Conditions, name)) throw new Error(`no condition is called ${name}`);
      return condition(template.Conditions[name], scope);
    },
    mapping: (map, topKey, secondKey) => {
      const value = template.Mappings[map]?.[topKey]?.[secondKey];
      if (value === undefined) throw new Error(`no mapping has ${map}.${topKey}.${secondKey}`);
      return value;
    },
  };
  return scope;
}

function stackId(stack: string, { account, region }: Target): string {
  const uuid = uuidOf(`${account}/${region}/${stack}`);
  return `arn:aws:cloudformation:${region}:${account}:stack/${stack}/${uuid}`;
}
