import { noValue, type Scope } from './scope.ts';
import { substitute } from './substitute.ts';
import { Unresolved } from './unresolved.ts';

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

/**
 * Replaces every intrinsic function in a template value. Where it depends on an `Unresolved` the result is one.
 * @throws Error that names an unknown function, reference or malformed argument
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string' && value.includes('{{resolve:')) {
    throw new Error(`the dynamic reference ${value} cannot be resolved locally`);
  }
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const function_ = entries.find(([name]) => name === 'Ref' || name.startsWith('Fn::'));
  if (function_ !== undefined && (entries.length === 1 || function_[0] !== 'Ref')) {
    const intrinsic = intrinsics[function_[0]];
    if (intrinsic === undefined || entries.length !== 1) throw new Error(`${function_[0]} is not supported`);
    return intrinsic(function_[1], scope);
  }
  return Object.fromEntries(
    entries
      .map(([name, item]): [string, unknown] => [name, resolve(item, scope)])
      .filter(([, item]) => item !== noValue),
  );
}

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(text(name, 'Ref')),

  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, attribute] = Array.isArray(argument)
      ? argument.map((part) => text(resolve(part, scope), 'Fn::GetAtt'))
      : dotted(text(argument, 'Fn::GetAtt'));
    return scope.attribute(logicalId ?? '', attribute ?? '');
  },

  'Fn::Sub': (argument, scope) => {
    const [pattern, variables = {}] = Array.isArray(argument) ? argument : [argument];
    return substitute(text(pattern, 'Fn::Sub'), (name) => {
      if (Object.hasOwn(variables, name)) return resolve(variables[name], scope);
      return name.includes('.') ? scope.attribute(...dotted(name)) : scope.ref(name);
    });
  },

  'Fn::Join': (argument, scope) => {
    const [separator, items] = pair(argument, 'Fn::Join');
    const parts = resolve(items, scope);
    if (parts instanceof Unresolved) return parts;
    const list = array(parts, 'Fn::Join');
    return (
      list.find((part) => part instanceof Unresolved) ??
      list.map((part) => text(part, 'Fn::Join')).join(text(separator, 'Fn::Join'))
    );
  },

  'Fn::Split': (argument, scope) => {
    const [separator, source] = pair(argument, 'Fn::Split');
    const whole = resolve(source, scope);
    return whole instanceof Unresolved ? whole : text(whole, 'Fn::Split').split(text(separator, 'Fn::Split'));
  },

  'Fn::Select': (argument, scope) => {
    const [position, items] = pair(argument, 'Fn::Select').map((part) => resolve(part, scope));
    if (items instanceof Unresolved) return items;
    const list = array(items, 'Fn::Select');
    const item: unknown = list[Number(position)];
    if (item === undefined) throw new Error(`Fn::Select ${String(position)} of a list of ${list.length}`);
    return item;
  },

  'Fn::If': (argument, scope) => {
    const [name, whenTrue, whenFalse] = array(argument, 'Fn::If');
    return resolve(scope.condition(text(name, 'Fn::If')) ? whenTrue : whenFalse, scope);
  },

  'Fn::FindInMap': (argument, scope) => {
    const [map, topKey, secondKey] = array(argument, 'Fn::FindInMap').map((part) =>
      text(resolve(part, scope), 'Fn::FindInMap'),
    );
    return scope.mapping(map ?? '', topKey ?? '', secondKey ?? '');
  },

  'Fn::Base64': (argument, scope) => {
    const value = resolve(argument, scope);
    return value instanceof Unresolved ? value : Buffer.from(text(value, 'Fn::Base64')).toString('base64');
  },

  'Fn::ImportValue': (argument, scope) => {
    const name = resolve(argument, scope);
    return name instanceof Unresolved ? name : scope.importValue(text(name, 'Fn::ImportValue'));
  },

  // A weak cross-stack reference. The CDK renders { StackName, OutputName, Region?, RoleArn? }; one account and region exist here.
  'Fn::GetStackOutput': (argument, scope) => {
    const { StackName, OutputName } = argument as Record<string, unknown>;
    const stack = text(resolve(StackName, scope), 'Fn::GetStackOutput StackName');
    return scope.stackOutput(stack, text(OutputName, 'Fn::GetStackOutput OutputName'));
  },
};

function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where} takes text, not ${JSON.stringify(value)}`);
}

function array(value: unknown, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${where} takes a list, not ${JSON.stringify(value)}`);
}

function pair(value: unknown, where: string): [unknown, unknown] {
  const [first, second, ...more] = array(value, where);
  if (second === undefined || more.length > 0) throw new Error(`${where} takes two arguments`);
  return [first, second];
}

function dotted(name: string): [string, string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}
