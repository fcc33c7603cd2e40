"""Where the process learns about its surroundings: the only file that reads the environment."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field
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

    @property
    def url(self) -> str:
        """The database URL in force: `XUNDA_DATABASE_URL`, else SQLite in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir / 'xunda.db'}"


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
