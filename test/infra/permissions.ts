import { resource, resources } from './resources.ts';
import type { Synthesized } from './synthesize.ts';
import type { Template } from './template.ts';

/** Everything that a function's role may do, as {@link rolePermissions} lists it. */
export function permissions(synthesized: Synthesized, name: string): readonly string[] {
  const { exports, inference, metering, reconciliation, api, tenancy } = synthesized;
  const stacks: Readonly<Record<string, Template>> = {
    predict: inference,
    'predict-gpu': inference,
    'predict-isolated': inference,
    validate: inference,
    archive: metering,
    close: metering,
    export: exports,
    focus: metering,
    purge: tenancy,
    reconcile: reconciliation,
    spillway: metering,
  };
  const stack = stacks[name] ?? api;
  return rolePermissions(synthesized, stack, new RegExp(`/${name}/Role/DefaultPolicy/`));
}

/**
 * Everything that the policy at this path allows, as `action resource` lines, sorted. Resources are named by the construct behind a
 * reference (`data/keys/index/by-tenant`), so that a line says the same whatever the logical ids are.
 */
export function rolePermissions(synthesized: Synthesized, stack: Template, path: RegExp): readonly string[] {
  const policy = resource(stack, 'AWS::IAM::Policy', path);
  // What is more than a role may have inline, CDK puts into policies beside it.
  const beside = new RegExp(path.source.replace('DefaultPolicy', String.raw`OverflowPolicy\d+`));
  const overflow = resources(stack, 'AWS::IAM::ManagedPolicy')
    .map(([, found]) => found)
    .filter(({ Metadata }) => beside.test(Metadata?.['aws:cdk:path'] ?? ''));
  const named = (value: unknown): string => nameOf(value, stack, synthesized);
  return [policy, ...overflow]
    .flatMap(({ Properties }) => list(Properties['PolicyDocument'].Statement) as readonly Statement[])
    .flatMap(({ Effect, Action, Resource, Condition }) => {
      const { 'kms:ViaService': via, ...equal } = Condition?.StringEquals ?? {};
      const others = { ...equal, ...Condition?.StringLike, ...Condition?.['ForAllValues:StringEquals'] };
      const suffix = `${via === undefined ? '' : ` via ${named(via)}`}${Object.keys(others).length === 0 ? '' : ` if ${JSON.stringify(others)}`}`;
      return list(Action).flatMap((action) =>
        list(Resource).map((to) => `${Effect} ${String(action)} ${named(to)}${suffix}`),
      );
    })
    .map((line) => line.replace(/^Allow /, ''))
    .sort((a, b) => a.localeCompare(b));
}

interface Statement {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: {
    readonly StringEquals?: Readonly<Record<string, unknown>>;
    readonly StringLike?: Readonly<Record<string, unknown>>;
    readonly 'ForAllValues:StringEquals'?: Readonly<Record<string, unknown>>;
  };
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function nameOf(value: unknown, template: Template, all: Synthesized): string {
  if (typeof value === 'string') return value.replace(/^arn:aws:apigateway:[^:]+::/, '');
  const [[intrinsic, argument] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
  switch (intrinsic) {
    case 'Ref':
    case 'Fn::GetAtt': {
      const id = String(list(argument)[0]);
      if (id.startsWith('AWS::')) return `<${id}>`;
      const path = template.Resources[id]?.Metadata?.['aws:cdk:path'] ?? id;
      // prod/api/TenantApi/Resource -> api/TenantApi
      return path.replace(/^[^/]+\//, '').replace(/\/Resource$/, '');
    }
    case 'Fn::Join':
      return list((argument as unknown[])[1])
        .map((part) => nameOf(part, template, all))
        .join('');
    case 'Fn::Sub':
      return String(argument);
    case 'Fn::GetStackOutput': {
      const { StackName, OutputName } = argument as { StackName: string; OutputName: string };
      const producer = all[StackName.replace(/^maas-[^-]+-/, '') as 'data' | 'exports' | 'inference'];
      return nameOf(producer.Outputs?.[OutputName]?.Value, producer, all);
    }
    default:
      throw new Error(`no name for ${JSON.stringify(value)}`);
  }
}
