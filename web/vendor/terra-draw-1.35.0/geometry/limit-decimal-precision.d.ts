export declare function limitPrecision(num: number, decimalLimit?: number): number;
