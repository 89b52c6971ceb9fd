import { quoted } from '../../tensor/quoted.ts';
import { ValidationProblem } from '../validate/validation-problem.ts';
import { ProtobufError, type ProtobufField, protobufFields } from './protobuf-fields.ts';

/** The operator sets that ONNX Runtime itself brings. Anything else would be code of the model's own. */
const domains = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft']);
/** Graphs within graphs: bodies of loops and branches. No exporter goes near it; a crafted file would exhaust the stack. */
const depthMax = 16;

/**
 * Looks through an ONNX file, without ONNX Runtime, for what must not be loaded: data outside the file (other files of the host could be
 * read and answered as tensors), operators that ONNX Runtime does not bring, training graphs, broken structure. Every graph is looked
 * at, also those inside loops, branches and functions. Field numbers are those of onnx.proto3.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 * @throws {ValidationProblem} whose text goes behind the file's name
 */
export function inspectOnnx(bytes: Uint8Array): void {
  try {
    inspectModel(bytes);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new ValidationProblem(`is no ONNX model: ${error.message}; export it again`);
  }
}

function inspectModel(bytes: Uint8Array): void {
  let graphs = 0;
  let operatorSets = 0;
  for (const field of protobufFields(bytes)) {
    switch (field.number) {
      case 7:
        graphs++;
        inspectGraph(message(field), 0);
        break;
      case 8:
        operatorSets++;
        inspectOperatorSet(message(field));
        break;
      case 20:
        throw new ValidationProblem('has training graphs, which are not served; export the model for inference');
      case 25:
        inspectFunction(message(field));
        break;
    }
  }
  if (graphs !== 1) throw new ValidationProblem(`has ${graphs} graphs instead of one; it is no complete ONNX model`);
  if (operatorSets === 0) throw new ValidationProblem('imports no operator set; it is no complete ONNX model');
}

/** OperatorSetIdProto: domain 1. */
function inspectOperatorSet(bytes: Uint8Array): void {
  for (const field of protobufFields(bytes)) if (field.number === 1) checkDomain(text(field));
}

/** FunctionProto: node 7, opset_import 9, domain 10, attribute_proto 11. */
function inspectFunction(bytes: Uint8Array): void {
  for (const field of protobufFields(bytes)) {
    if (field.number === 7) inspectNode(message(field), 0);
    else if (field.number === 9) inspectOperatorSet(message(field));
    else if (field.number === 10) checkDomain(text(field));
    else if (field.number === 11) inspectAttribute(message(field), 0);
  }
}

/** GraphProto: node 1, initializer 5, sparse_initializer 15. */
function inspectGraph(bytes: Uint8Array, depth: number): void {
  if (depth > depthMax) throw new ValidationProblem(`nests graphs more than ${depthMax} deep; flatten it`);
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) inspectNode(message(field), depth);
    else if (field.number === 5) inspectTensor(message(field));
    else if (field.number === 15) inspectSparseTensor(message(field));
  }
}

/** NodeProto: attribute 5, domain 7. */
function inspectNode(bytes: Uint8Array, depth: number): void {
  for (const field of protobufFields(bytes)) {
    if (field.number === 5) inspectAttribute(message(field), depth);
    else if (field.number === 7) checkDomain(text(field));
  }
}

/** AttributeProto: t 5, g 6, tensors 10, graphs 11, sparse_tensor 22, sparse_tensors 23. */
function inspectAttribute(bytes: Uint8Array, depth: number): void {
  for (const field of protobufFields(bytes)) {
    if (field.number === 5 || field.number === 10) inspectTensor(message(field));
    else if (field.number === 6 || field.number === 11) inspectGraph(message(field), depth + 1);
    else if (field.number === 22 || field.number === 23) inspectSparseTensor(message(field));
  }
}

/** SparseTensorProto: values 1, indices 2. */
function inspectSparseTensor(bytes: Uint8Array): void {
  for (const field of protobufFields(bytes)) {
    if (field.number === 1 || field.number === 2) inspectTensor(message(field));
  }
}

/** TensorProto: name 8, external_data 13, data_location 14 (1 is EXTERNAL). */
function inspectTensor(bytes: Uint8Array): void {
  let name = '';
  let external = false;
  for (const field of protobufFields(bytes)) {
    if (field.number === 8) name = text(field);
    else if (field.number === 13 || (field.number === 14 && field.value !== 0n)) external = true;
  }
  if (external) {
    throw new ValidationProblem(
      `keeps the data of tensor ${quoted(name)} outside the file; save the model as a single file, without external data`,
    );
  }
}

function checkDomain(domain: string): void {
  if (domains.has(domain)) return;
  throw new ValidationProblem(
    `uses operators of the domain ${quoted(domain)}; only those of ONNX Runtime (ai.onnx, ai.onnx.ml, com.microsoft) are served`,
  );
}

function message({ number, value }: ProtobufField): Uint8Array {
  if (typeof value === 'bigint') throw new ProtobufError(`its field ${number} should be a message and is a number`);
  return value;
}

const text = (field: ProtobufField): string => Buffer.from(message(field)).toString('utf8');
