/** What Triton's core puts before its messages about a request. */
export const requestPrefix = (id: string): string => `[request id: ${id === '' ? '<id_unknown>' : id.slice(0, 200)}] `;
