/** Why properties that several types share have no local effect. */
export const reasons = {
  description: 'text for people, read by nothing',
  tags: 'no emulated policy or bill looks at them',
} as const;
