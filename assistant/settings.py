"""Where the process learns about its surroundings: the only file that reads the environment."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_DIR = Path(__file__).resolve().parent.parent
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Settings(BaseSettings):
    """Environment settings, each `XUNDA_…`; tuned numbers that are not secrets stand in config.yml."""

    model_config = SettingsConfigDict(env_prefix="XUNDA_", extra="ignore")

    data_dir: Path = PROJECT_DIR / "var"
    database_url: str = ""
    project_dir: Path = PROJECT_DIR
    rasa_python: Path = PROJECT_DIR / ".venv-rasa" / "bin" / "python"
    # True behind HTTPS: cookies then carry Secure and the __Host- prefix.
    https: bool = False
    # A reverse proxy's own addresses, trusted to name the client; empty means none.
    trusted_hosts: list[str] = Field(default_factory=lambda: ["*"])
    # What attachments are encrypted with: 32 bytes in base64; empty means a key file in the data directory.
    attachment_key: SecretStr = SecretStr("")

    # Where citizens reach this site, for messages that tell them where to look.
    site_url: str = ""
    # Ways of telling outside the page: each is off until its first line is set. Secrets are `whsec_…`.
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_sender: str = ""
    sms_url: str = ""
    sms_secret: SecretStr = SecretStr("")
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    # Hosts in the bureau's own network that may be called nevertheless, and without TLS.
    internal_hosts: list[str] = Field(default_factory=list)

    @property
    def encoder_cache(self) -> Path:
        """Where the encoder's word table is kept as a file to be mapped."""
        return self.data_dir / "encoder"

    @property
    def url(self) -> str:
        """The database URL in force: `XUNDA_DATABASE_URL`, else SQLite in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir / 'xunda.db'}"


def inherited_environment() -> dict[str, str]:
    """What a child process needs of our environment to find its way, and nothing else."""
    return {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG", "TMPDIR", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
        if name in os.environ
    }


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()


class Fusion(BaseModel):
    """How much each witness's word counts, what each kind of label starts from, and what speaks for none of them."""

    witnesses: dict[str, float]
    kinds: dict[str, float]
    nothing: dict[str, float]


class Tuning(BaseModel):
    """The `assistant:` key of config.yml: what an administrator tunes. Never a legal period."""

    fusion: Fusion
    # Used while there is no trained classifier: the other two witnesses then carry the whole weight.
    fusion_without_model: Fusion
    answerable_at: float
    answer_at: float
    closest_at: float
    danger_at: float
    other_at: float
    leave_subject_at: float
    # Added to the thresholds for each witness that is missing: fewer eyes, more caution.
    missing_witness: float
    limits: dict[str, str]

    def fusion_for(self, has_model: bool) -> Fusion:
        """The weights to judge by with the witnesses there are."""
        return self.fusion if has_model else self.fusion_without_model

    def stricter(self, has_model: bool, has_encoder: bool) -> Tuning:
        """The thresholds with the witnesses there are. A danger is never made harder to see."""
        more = self.missing_witness * ((not has_model) + (not has_encoder))
        raised = {
            name: min(0.99, getattr(self, name) + more)
            for name in ("answerable_at", "answer_at", "closest_at")
        }
        return self.model_copy(update=raised)


def load_tuning(path: Path | None = None) -> Tuning:
    """Read config.yml's `assistant:` key; pydantic names a missing or wrong number."""
    text = (path or settings().project_dir / "config.yml").read_text(encoding="utf-8")
    return Tuning.model_validate(yaml.safe_load(text)["assistant"])
