export declare const uuid4: () => string;
