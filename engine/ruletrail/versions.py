"""The engine's name and version, as the trail states them."""

ENGINE_NAME = "ruletrail"
ENGINE_VERSION = "0.1.0"
