/** A type of scalar that a field may have. */
export type ScalarType = 'string' | 'bool' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'double';

/** One field of a message. */
export interface Field {
  readonly type: ScalarType | MessageType | EnumType;
  readonly repeated?: true;
  /** Fields with the same word exclude each other. */
  readonly oneof?: string;
  /** Why a configuration with this field cannot be served: it would change what the model answers. */
  readonly refused?: string;
}

/** An enumeration: its name, and the names of its values by their numbers. */
export interface EnumType {
  readonly enum: string;
  readonly values: readonly string[];
}

/** A message: its full name, and its fields by their names. */
export interface MessageType {
  readonly message: string;
  readonly fields: Readonly<Record<string, Field>>;
}
