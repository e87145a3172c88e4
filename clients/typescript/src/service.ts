// Written by `make client` from the service's OpenAPI document; changes here are lost.

export interface paths {
    "/v1/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evaluate a report. With `Accept: application/vnd.ruletrail.trail+json` the answer is the trail alone, byte for byte that of the command line. */
        post: operations["evaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/evaluate-many": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evaluate many reports, one a line; an answer a line, as `ruletrail batch` writes it. */
        post: operations["evaluate_many"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The steps behind one value, decision, section or check. */
        post: operations["explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/whatif": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What would change an outcome: of each field the nearest values that do, with the margin. */
        post: operations["whatif"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/needed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What is still to be asked about a report: which missing inputs can change an answer, which groups of them may settle it, and which cannot matter any more. */
        post: operations["needed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Derive every step of a stored trail again. */
        post: operations["verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** All that is wrong with a rulebook: one of the library by its reference, or the text that is sent as YAML. */
        post: operations["check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rulebooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rulebooks that answer here. */
        get: operations["list_rulebooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rulebooks/{name}/{edition}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a rulebook is: identity and sources, and what it says of each of its codes. */
        get: operations["get_rulebook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rulebooks/{name}/{edition}/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The JSON Schema of a rulebook's reports, as its author wrote it. */
        get: operations["get_report_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rulebooks/{name}/{edition}/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A rulebook as a page to read. */
        get: operations["get_documentation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process lives. */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether rulebooks are loaded. */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was counted, for Prometheus. */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Answer
         * @description The answer to one report.
         */
        Answer: {
            /**
             * Status
             * @enum {string}
             */
            status: "complete" | "incomplete" | "invalid";
            /** Values */
            values: {
                [key: string]: string | boolean | components["schemas"]["Text"] | components["schemas"]["Day"];
            };
            /**
             * Lists
             * @description Of a form with lists: by list, the values of each row.
             * @default null
             */
            lists?: {
                [key: string]: {
                    [key: string]: string | boolean | components["schemas"]["Text"] | components["schemas"]["Day"];
                }[];
            } | null;
            /** Decisions */
            decisions: {
                [key: string]: string;
            };
            /** Sections */
            sections: {
                [key: string]: string;
            };
            /** Checks */
            checks: {
                [key: string]: string;
            };
            /** Messages */
            messages: components["schemas"]["Sentence"][];
            /**
             * Missing
             * @description The codes of what is not known yet.
             */
            missing: string[];
            /**
             * Rulebook
             * @description The full reference of the rulebook that answered.
             */
            rulebook: string;
            /**
             * Digest
             * @description The digest of that rulebook.
             */
            digest: string;
            /**
             * Trail
             * @description Asked for by `trail=true`.
             * @default null
             */
            trail?: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * Asked
         * @description Which rulebook of the library to check.
         */
        Asked: {
            /**
             * Rulebook
             * @description A reference, as `sociale/2024`.
             */
            rulebook: string;
        };
        /**
         * Band
         * @description A band of a scale: `from` or `above` where it begins, and its `value` or `rate`.
         */
        Band: {
            /**
             * From
             * @default null
             */
            from?: string | components["schemas"]["Constant"] | null;
            /**
             * Above
             * @default null
             */
            above?: string | components["schemas"]["Constant"] | null;
            /**
             * Value
             * @default null
             */
            value?: string | components["schemas"]["Constant"] | null;
            /**
             * Rate
             * @default null
             */
            rate?: string | components["schemas"]["Constant"] | null;
        };
        /**
         * Case
         * @description A case of a decision; without `when` it is the last one, `otherwise`.
         */
        Case: {
            /** Outcome */
            outcome: string;
            /** Label */
            label: string;
            /**
             * When
             * @default null
             */
            when?: string | null;
            /**
             * Not Encoded
             * @default null
             */
            not_encoded?: string | null;
            /**
             * Source
             * @default null
             */
            source?: string[] | null;
            /**
             * Evidence
             * @default null
             */
            evidence?: string | null;
            /**
             * Formula
             * @description Of an exception of a rule.
             * @default null
             */
            formula?: string | null;
        };
        /**
         * Checked
         * @description All that is wrong with a rulebook; nothing, where the list is empty.
         */
        Checked: {
            /** Problems */
            problems: components["schemas"]["Found"][];
        };
        /**
         * Choice
         * @description A value that a field or an outcome may have, and what people call it.
         */
        Choice: {
            /** Value */
            value: string;
            /** Label */
            label: string;
        };
        /**
         * Constant
         * @description A number of a scale that is the value of a parameter, by its code.
         */
        Constant: {
            /** Code */
            code: string;
        };
        /**
         * DatedValue
         * @description A value of a parameter, and the days on which it holds.
         */
        DatedValue: {
            /** First */
            first: string;
            /**
             * Last
             * @default null
             */
            last?: string | null;
            /** Value */
            value: string | boolean | components["schemas"]["Text"] | components["schemas"]["Day"];
            /**
             * Source
             * @default null
             */
            source?: string[] | null;
            /**
             * Evidence
             * @default null
             */
            evidence?: string | null;
            /**
             * Note
             * @default null
             */
            note?: string | null;
        };
        /**
         * Day
         * @description A value that is a day.
         */
        Day: {
            /** Date */
            date: string;
        };
        /**
         * Description
         * @description What a rulebook says of a code, as `Plan.fields` and its neighbours in Python have it.
         */
        Description: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "field" | "rule" | "decision" | "section" | "check" | "parameter" | "scale" | "table";
            /** Label */
            label: string;
            /**
             * Type
             * @enum {string}
             */
            type: "number" | "text" | "boolean" | "date";
            /**
             * Unit
             * @default null
             */
            unit?: string | null;
            /**
             * Choices
             * @default null
             */
            choices?: components["schemas"]["Choice"][] | null;
            /**
             * Source
             * @description Keys of `sources`.
             * @default null
             */
            source?: string[] | null;
            /**
             * Evidence
             * @default null
             */
            evidence?: string | null;
            /**
             * Note
             * @default null
             */
            note?: string | null;
            /**
             * Formula
             * @default null
             */
            formula?: string | null;
            /**
             * When
             * @default null
             */
            when?: string | null;
            /**
             * Not Encoded
             * @default null
             */
            not_encoded?: string | null;
            /**
             * Cases
             * @default null
             */
            cases?: components["schemas"]["Case"][] | null;
            /**
             * Value
             * @description Of a parameter, exact.
             * @default null
             */
            value?: string | boolean | components["schemas"]["Text"] | components["schemas"]["Day"] | null;
            /**
             * Fields
             * @default null
             */
            fields?: string[] | null;
            /**
             * Optional
             * @default null
             */
            optional?: string[] | null;
            /**
             * Part Of
             * @default null
             */
            part_of?: string | null;
            /**
             * Severity
             * @default null
             */
            severity?: ("error" | "warning" | "info") | null;
            /**
             * Format
             * @default null
             */
            format?: string | null;
            /**
             * Values
             * @description Of a parameter that changes with a day.
             * @default null
             */
            values?: components["schemas"]["DatedValue"][] | null;
            /**
             * Day
             * @description The code of the day that decides.
             * @default null
             */
            day?: string | null;
            /**
             * Scale
             * @description How a scale answers.
             * @default null
             */
            scale?: ("step" | "marginal" | "linear") | null;
            /**
             * Of
             * @description The unit of what a scale is read with.
             * @default null
             */
            of?: string | null;
            /**
             * Times
             * @description The code of the parameter that multiplies the thresholds.
             * @default null
             */
            times?: string | null;
            /**
             * Bands
             * @default null
             */
            bands?: components["schemas"]["Band"][] | null;
            /**
             * Keys
             * @description What a table is looked up by.
             * @default null
             */
            keys?: components["schemas"]["Key"][] | null;
            /**
             * Rows
             * @description Of a table of up to 200 rows.
             * @default null
             */
            rows?: components["schemas"]["Row"][] | null;
            /**
             * Size
             * @description How many rows, where they are more.
             * @default null
             */
            size?: number | null;
            /**
             * Otherwise
             * @default null
             */
            otherwise?: string | boolean | components["schemas"]["Text"] | components["schemas"]["Day"] | components["schemas"]["NotApplicable"] | null;
            /**
             * Versions
             * @description Of a scale or table that changes with a day.
             * @default null
             */
            versions?: components["schemas"]["Version"][] | null;
        };
        /**
         * Flip
         * @description The nearest value of one field, in one direction, that changes the outcome.
         */
        Flip: {
            /** Input */
            input: string;
            /** Value */
            value: string | boolean | null;
            /** To */
            to: string | boolean;
            /** Outcome */
            outcome: string;
            /**
             * Margin
             * @description How far `to` is from `value`, in `unit`.
             */
            margin: string | null;
            /** Unit */
            unit: string | null;
            /**
             * Because
             * @description The comparison that decides.
             */
            because: string;
            /**
             * Step
             * @description The step whose comparison it is.
             */
            step: string;
        };
        /**
         * Found
         * @description A problem: what is wrong, where, and what to do.
         */
        Found: {
            /** Code */
            code: string;
            /**
             * Severity
             * @enum {string}
             */
            severity: "error" | "warning" | "info";
            /** File */
            file: string;
            /** Line */
            line: number;
            /** Column */
            column: number;
            /**
             * Pointer
             * @description RFC 6901, into the document.
             * @default null
             */
            pointer?: string | null;
            /**
             * Field
             * @description The field, as `componenti[2].nascita`.
             * @default null
             */
            field?: string | null;
            /**
             * Absent
             * @description The key that is not there.
             * @default null
             */
            absent?: string | null;
            /** Message */
            message: string;
            /** Hint */
            hint: string;
        };
        /**
         * Health
         * @description That the process lives.
         */
        Health: {
            /**
             * Status
             * @constant
             */
            status: "ok";
            /** Version */
            version: string;
        };
        /**
         * Key
         * @description A column by which a table is looked up.
         */
        Key: {
            /** Name */
            name: string;
            /**
             * Type
             * @enum {string}
             */
            type: "number" | "text" | "boolean" | "date";
        };
        /**
         * Listed
         * @description A rulebook as the list has it.
         */
        Listed: {
            /** Reference */
            reference: string | null;
            /** File */
            file: string;
            /** Status */
            status: string | null;
            /** Title */
            title: string | null;
            /** Answers Without Version */
            answers_without_version: boolean;
            /** In Force */
            in_force: {
                [key: string]: string;
            };
            /** Digest */
            digest: string | null;
            /**
             * State
             * @description `stale`: the file has errors now, and its last good version answers.
             * @enum {string}
             */
            state: "valid" | "stale" | "invalid";
            /** Problems */
            problems: components["schemas"]["Found"][];
        };
        /**
         * Needed
         * @description What is still to be asked about a report.
         */
        Needed: {
            /**
             * Target
             * @description What was asked about; null is the whole report.
             */
            target: string | null;
            /**
             * Settled
             * @description Whether no missing input can change it any more.
             */
            settled: boolean;
            /**
             * Outcome
             * @description What it is as the report stands.
             */
            outcome: string;
            /**
             * Alternatives
             * @description The smallest sets of missing inputs with which some values settle it.
             */
            alternatives: string[][];
            /**
             * Next
             * @description The input to ask for first.
             */
            next: string | null;
            /**
             * Foreseen
             * @description The outcome once all that is relevant is given, where it is foreseen.
             */
            foreseen: string | null;
            /**
             * Relevant
             * @description The missing inputs that can still change it.
             */
            relevant: string[];
            /**
             * Irrelevant
             * @description The missing inputs that cannot.
             */
            irrelevant: string[];
            /**
             * Cut
             * @description Whether there may be alternatives that are not told.
             */
            cut: boolean;
        };
        /**
         * NotApplicable
         * @description That a table does not apply to keys which it does not have.
         */
        NotApplicable: {
            /** Not Applicable */
            not_applicable: string;
        };
        /**
         * Problems
         * @description Why there is no answer (RFC 9457), with all problems.
         */
        Problems: {
            /** Type */
            type: string;
            /** Title */
            title: string;
            /** Status */
            status: number;
            /** Detail */
            detail: string;
            /** Problems */
            problems: components["schemas"]["Found"][];
        };
        /**
         * Readiness
         * @description Whether requests can be answered, and which rulebooks have errors now.
         */
        Readiness: {
            /** Ready */
            ready: boolean;
            /** Rulebooks */
            rulebooks: number;
            /** Stale */
            stale: string[];
            /** Invalid */
            invalid: string[];
        };
        /**
         * Report
         * @description What one body declares; the schema of the rulebook says which fields there are.
         */
        Report: {
            /**
             * Rulebook
             * @description The rulebook that answers, as `sociale/2024`.
             */
            rulebook: string;
            /** Subject */
            subject?: {
                [key: string]: string | number | boolean;
            };
            /**
             * Fields
             * @description Values by code.
             */
            fields?: {
                [key: string]: unknown;
            };
            /**
             * Printed
             * @description Sentences that it prints.
             * @default null
             */
            printed?: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * Row
         * @description A row of a table: for each key the values that it answers for, and what it gives.
         */
        Row: {
            /** Keys */
            keys: (string | boolean | components["schemas"]["Text"] | components["schemas"]["Day"])[][];
            /** Value */
            value: string | boolean | components["schemas"]["Text"] | components["schemas"]["Day"];
        };
        /**
         * Rulebook
         * @description What a rulebook is: its identity as in trails, and what it says of each of its codes.
         */
        Rulebook: {
            /** Reference */
            reference: string;
            /** Engine */
            engine: {
                [key: string]: string;
            };
            /** Rulebook */
            rulebook: {
                [key: string]: string | number;
            };
            /** Schema */
            schema: {
                [key: string]: string;
            };
            /** In Force */
            in_force: {
                [key: string]: string;
            };
            /** Sources */
            sources: {
                [key: string]: components["schemas"]["Source"];
            };
            /** Fields */
            fields: {
                [key: string]: components["schemas"]["Description"];
            };
            /** Rules */
            rules: {
                [key: string]: components["schemas"]["Description"];
            };
            /** Decisions */
            decisions: {
                [key: string]: components["schemas"]["Description"];
            };
            /** Sections */
            sections: {
                [key: string]: components["schemas"]["Description"];
            };
            /** Checks */
            checks: {
                [key: string]: components["schemas"]["Description"];
            };
            /** Parameters */
            parameters: {
                [key: string]: components["schemas"]["Description"];
            };
            /** Scales */
            scales: {
                [key: string]: components["schemas"]["Description"];
            };
            /** Tables */
            tables: {
                [key: string]: components["schemas"]["Description"];
            };
        };
        /**
         * RulebookList
         * @description The rulebooks of the service.
         */
        RulebookList: {
            /** Rulebooks */
            rulebooks: components["schemas"]["Listed"][];
        };
        /**
         * Sentence
         * @description A sentence for people, and the step that says it.
         */
        Sentence: {
            /** Step */
            step: string;
            /** Text */
            text: string;
        };
        /**
         * Source
         * @description A document that entries rest on.
         */
        Source: {
            /** Title */
            title: string;
            /** Kind */
            kind: string;
            /**
             * Url
             * @default null
             */
            url?: string | null;
            /**
             * Note
             * @default null
             */
            note?: string | null;
        };
        /**
         * Text
         * @description A value that is a text.
         */
        Text: {
            /** Text */
            text: string;
        };
        /**
         * Unsettled
         * @description A field of which it is not known whether it changes the outcome.
         */
        Unsettled: {
            /** Input */
            input: string;
            /**
             * Reason
             * @enum {string}
             */
            reason: "limit" | "schema" | "formula" | "digits" | "entry" | "type" | "rows";
        };
        /**
         * Verdict
         * @description What verifying a trail came to.
         */
        Verdict: {
            /** Verified */
            verified: boolean;
            /**
             * Steps
             * @default null
             */
            steps?: number | null;
            /**
             * Rulebook
             * @default null
             */
            rulebook?: string | null;
            /**
             * Status
             * @default null
             */
            status?: ("complete" | "incomplete" | "invalid") | null;
            /**
             * Replayed
             * @default null
             */
            replayed?: boolean | null;
            /**
             * Rows Not Proved
             * @default null
             */
            rows_not_proved?: string[] | null;
            /**
             * Digest
             * @default null
             */
            digest?: string | null;
            /**
             * Problems
             * @default null
             */
            problems?: components["schemas"]["Found"][] | null;
        };
        /**
         * Version
         * @description Bands of a scale, or rows of a table, and the days on which they hold.
         */
        Version: {
            /** First */
            first: string;
            /**
             * Last
             * @default null
             */
            last?: string | null;
            /**
             * Bands
             * @default null
             */
            bands?: components["schemas"]["Band"][] | null;
            /**
             * Rows
             * @default null
             */
            rows?: components["schemas"]["Row"][] | null;
            /**
             * Size
             * @description How many rows, where they are many.
             * @default null
             */
            size?: number | null;
            /**
             * Source
             * @default null
             */
            source?: string[] | null;
            /**
             * Evidence
             * @default null
             */
            evidence?: string | null;
            /**
             * Note
             * @default null
             */
            note?: string | null;
        };
        /**
         * WhatIf
         * @description What would change an outcome.
         */
        WhatIf: {
            /** Target */
            target: string;
            /** Outcome */
            outcome: string;
            /** Flips */
            flips: components["schemas"]["Flip"][];
            /**
             * Steady
             * @description Fields that cannot change it alone.
             */
            steady: string[];
            /** Unsettled */
            unsettled: components["schemas"]["Unsettled"][];
            /**
             * Pairs
             * @default null
             */
            pairs?: {
                [key: string]: unknown;
            }[] | null;
            /**
             * Want
             * @default null
             */
            want?: {
                [key: string]: unknown;
            } | null;
            /**
             * Set
             * @default null
             */
            set?: {
                [key: string]: unknown;
            } | null;
            /**
             * Precision
             * @default null
             */
            precision?: {
                [key: string]: unknown;
            } | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    evaluate: {
        parameters: {
            query?: {
                /** @description The language of problems; else `Accept-Language`. */
                lang?: "it" | "en";
                /** @description The version in force on that day; else the latest. */
                as_of?: string;
                /** @description Whether a null is a problem, or an absent key. */
                nulls?: "refused" | "absent";
                /** @description Whether the trail stands in the answer. */
                trail?: "true" | "false" | "1" | "0";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Report"];
                "application/yaml": unknown;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer"];
                    "application/vnd.ruletrail.trail+json": unknown;
                };
            };
            /** @description A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is larger than the limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is of a type that is not read here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The document has problems. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description Busy, or still reading rulebooks. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The answer would have taken too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
        };
    };
    evaluate_many: {
        parameters: {
            query: {
                /** @description The language of problems; else `Accept-Language`. */
                lang?: "it" | "en";
                /** @description The version in force on that day; else the latest. */
                as_of?: string;
                /** @description Whether a null is a problem, or an absent key. */
                nulls?: "refused" | "absent";
                /** @description The rulebook of all reports. */
                rulebook: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "application/x-ndjson": string;
                };
            };
            /** @description A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description There is no such rulebook here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is larger than the limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is of a type that is not read here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The document has problems. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description Busy, or still reading rulebooks. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The answer would have taken too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
        };
    };
    explain: {
        parameters: {
            query: {
                /** @description The language of problems; else `Accept-Language`. */
                lang?: "it" | "en";
                /** @description The version in force on that day; else the latest. */
                as_of?: string;
                /** @description Whether a null is a problem, or an absent key. */
                nulls?: "refused" | "absent";
                /** @description What to explain: a code of the rulebook. */
                code: string;
                /** @description The form of the explanation. */
                format?: "text" | "json" | "markdown" | "html";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Report"];
                "application/yaml": unknown;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/plain": string;
                    "text/markdown": string;
                    "text/html": string;
                };
            };
            /** @description A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is larger than the limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is of a type that is not read here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The document has problems. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description Busy, or still reading rulebooks. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The answer would have taken too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
        };
    };
    whatif: {
        parameters: {
            query: {
                /** @description The language of problems; else `Accept-Language`. */
                lang?: "it" | "en";
                /** @description The version in force on that day; else the latest. */
                as_of?: string;
                /** @description Whether a null is a problem, or an absent key. */
                nulls?: "refused" | "absent";
                /** @description A decision, a section or a check. */
                target: string;
                /** @description Other values, `CODE=VALUE` with commas, one for each field: both answers side by side. */
                set?: string;
                /** @description An outcome of the target to bring about. */
                want?: string;
                /** @description The fields to move for it, with commas; else all that are read. Goes with `want`. */
                vary?: string;
                /** @description Whether two fields are moved together, too. */
                pairs?: "true" | "false" | "1" | "0";
                /** @description Whether printed precision is weighed, too. */
                precision?: "true" | "false" | "1" | "0";
                /** @description The form of the explanation. */
                format?: "text" | "json" | "markdown" | "html";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Report"];
                "application/yaml": unknown;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhatIf"];
                    "text/plain": string;
                    "text/markdown": string;
                    "text/html": string;
                };
            };
            /** @description A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is larger than the limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is of a type that is not read here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The document has problems. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description Busy, or still reading rulebooks. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The answer would have taken too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
        };
    };
    needed: {
        parameters: {
            query?: {
                /** @description The language of problems; else `Accept-Language`. */
                lang?: "it" | "en";
                /** @description The version in force on that day; else the latest. */
                as_of?: string;
                /** @description Whether a null is a problem, or an absent key. */
                nulls?: "refused" | "absent";
                /** @description What is asked about: a code of the rulebook; without, the whole report. */
                target?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Report"];
                "application/yaml": unknown;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Needed"];
                };
            };
            /** @description A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is larger than the limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is of a type that is not read here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The document has problems. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description Busy, or still reading rulebooks. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The answer would have taken too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
        };
    };
    verify: {
        parameters: {
            query?: {
                /** @description The language of problems; else `Accept-Language`. */
                lang?: "it" | "en";
                /** @description Whether the report is evaluated again, too. */
                replay?: "true" | "false" | "1" | "0";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
                "application/vnd.ruletrail.trail+json": unknown;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verdict"];
                };
            };
            /** @description A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description There is no such rulebook here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is larger than the limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is of a type that is not read here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The document has problems. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description Busy, or still reading rulebooks. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The answer would have taken too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
        };
    };
    check: {
        parameters: {
            query?: {
                /** @description The language of problems; else `Accept-Language`. */
                lang?: "it" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Asked"];
                "application/yaml": unknown;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checked"];
                };
            };
            /** @description A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description There is no such rulebook here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is larger than the limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The body is of a type that is not read here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The document has problems. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description Busy, or still reading rulebooks. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The answer would have taken too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
        };
    };
    list_rulebooks: {
        parameters: {
            query?: {
                /** @description The language of problems; else `Accept-Language`. */
                lang?: "it" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulebookList"];
                };
            };
            /** @description Nothing changed since the tag in `If-None-Match`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description Busy, or still reading rulebooks. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
        };
    };
    get_rulebook: {
        parameters: {
            query?: {
                /** @description The language of problems; else `Accept-Language`. */
                lang?: "it" | "en";
                /** @description The version in force on that day; else the latest. */
                as_of?: string;
            };
            header?: never;
            path: {
                /** @description The name of the rulebook. */
                name: string;
                /** @description The edition; `2024@1.0.0` pins one. */
                edition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rulebook"];
                };
            };
            /** @description Nothing changed since the tag in `If-None-Match`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description There is no such rulebook here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description Busy, or still reading rulebooks. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
        };
    };
    get_report_schema: {
        parameters: {
            query?: {
                /** @description The language of problems; else `Accept-Language`. */
                lang?: "it" | "en";
                /** @description The version in force on that day; else the latest. */
                as_of?: string;
            };
            header?: never;
            path: {
                /** @description The name of the rulebook. */
                name: string;
                /** @description The edition; `2024@1.0.0` pins one. */
                edition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "application/schema+json": unknown;
                };
            };
            /** @description Nothing changed since the tag in `If-None-Match`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description There is no such rulebook here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description Busy, or still reading rulebooks. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
        };
    };
    get_documentation: {
        parameters: {
            query?: {
                /** @description The language of problems; else `Accept-Language`. */
                lang?: "it" | "en";
                /** @description The version in force on that day; else the latest. */
                as_of?: string;
            };
            header?: never;
            path: {
                /** @description The name of the rulebook. */
                name: string;
                /** @description The edition; `2024@1.0.0` pins one. */
                edition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/html": string;
                };
            };
            /** @description Nothing changed since the tag in `If-None-Match`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description There is no such rulebook here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description Busy, or still reading rulebooks. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
            /** @description The answer would have taken too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Rulebooks are not loaded yet. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/plain": string;
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problems"];
                };
            };
        };
    };
}
