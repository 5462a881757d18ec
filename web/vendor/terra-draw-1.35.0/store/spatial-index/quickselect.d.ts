export type CompareFunction<T> = (a: T, b: T) => number;
export declare function quickselect<T>(arr: T[], k: number, left: number, right: number, compare: CompareFunction<T>): void;
