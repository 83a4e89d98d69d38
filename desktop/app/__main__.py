"""python -m desktop.app starts Rivulet."""

from desktop.app.main import main

if __name__ == "__main__":
    main()
