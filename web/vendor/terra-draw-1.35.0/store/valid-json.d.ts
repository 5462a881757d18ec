/**
 * Checks if a value is a valid JSON value.
 * @param value - The value to check
 * @returns true if the value is valid JSON, false otherwise
 */
export declare function isValidJSONValue(value: unknown): value is JSON;
